/** A file whose rows are not all from the same moment says so, whatever was asked for. */
import assert from "node:assert/strict";
import { readWarnings } from "../../lib/archive/catalogue/catalogue.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import type { FaultyCall } from "../fixtures/faults/faults.ts";
import {
  assertComplete,
  assertIncomplete,
  backupWith,
  type Outcome,
  READ_KEY,
} from "../fixtures/running/faulty_backup.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

/** The connection is lost in the second page. */
const dropPage = ({ name, n }: FaultyCall) =>
  name === "search.next_page" && n === 2 ? { drop: "before" } as const : undefined;

const NOT_ONE_MOMENT = /^The rows are not all from the same moment: /;

/** Told, and in the file. */
async function assertTold({ events, result }: Outcome): Promise<void> {
  const told = events.flatMap((event) => event.type === "warning" ? [event] : []);
  assert.deepEqual(told.map(({ code }) => code), ["not-one-moment"]);
  assert.match(told[0]?.message ?? "", NOT_ONE_MOMENT);
  using archive = await openArchive(result?.path ?? "");
  const written = readWarnings(archive.engine).map(({ code, message }) => ({ code, message }));
  assert.deepEqual(written, told.map(({ code, message }) => ({ code, message })));
}

Deno.test("a lost snapshot is a warning, and in the file: exit 0", () =>
  backupWith({ onCall: dropPage }, async (outcome) => {
    await assertComplete(outcome, "resumed");
    await assertTold(outcome);
  }));

Deno.test("a key that can have no snapshot is a warning, and in the file: exit 0", () =>
  backupWith({}, async (outcome) => {
    assert.equal(outcome.result?.snapshot, "per-table");
    await assertTold(outcome);
  }, { backup: { key: READ_KEY, media: false } }));

Deno.test("a lost snapshot, with --require-snapshot: exit 3", () =>
  backupWith({ onCall: dropPage }, (outcome) => assertIncomplete(outcome, "snapshot-required"), {
    backup: { requireSnapshot: true },
  }));

Deno.test("a whole snapshot, with --require-snapshot: exit 0, no warning", () =>
  backupWith({}, async (outcome) => {
    await assertComplete(outcome, "consistent");
    assert.ok(outcome.events.every(({ type }) => type !== "warning"));
  }, { backup: { requireSnapshot: true } }));

for (const [flags, exitCode] of [[[], 0], [["--require-snapshot"], 3]] as const) {
  Deno.test(`a lost snapshot is told under --quiet too: ${["backup", ...flags].join(" ")}, exit ${exitCode}`, async () => {
    await using app = await serveApp(faultApp(), { faults: { onCall: dropPage } });
    const args = ["backup", "--quiet", ...flags, "-o", app.dir.file("copy.sqlite")];
    const { code, err } = await runHere(args, { variables: variablesFor(app.server.url) });
    assert.equal(code, exitCode, err);
    assert.match(err, /^warning: The rows are not all from the same moment: /m);
  });
}
