/** A schema file beside a backup: it is compared with the live app before anything is copied. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { runIn, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

const PETS = smallApp({ pets: { columns: { name: "string" }, rows: [["Rex"]] } });

/** Backs up with a schema file of so many columns that the app does not have. */
async function backedUp(strangers: number, flags: readonly string[]) {
  await using app = await serveApp(PETS);
  const columns = Array.from({ length: strangers }, (_, i) => `, {name: stranger${i}, type: number}`).join("");
  const yaml = `db_schema: {pets: {title: Pets, columns: [{name: name, type: string}${columns}]}}`;
  Deno.writeTextFileSync(app.dir.file("anvil.yaml"), yaml);
  const args = ["backup", "--quiet", "--schema", "anvil.yaml", "-o", "copy.sqlite", ...flags];
  const run = await runIn(app.dir, args, { variables: variablesFor(app.server.url) });
  const names = app.dir.names();
  const warnings = names.includes("copy.sqlite") ? await warningsOf(app.dir.file("copy.sqlite")) : [];
  return { ...run, names, warnings };
}

async function warningsOf(path: string): Promise<readonly unknown[]> {
  using archive = await openArchive(path);
  return archive.engine.query("SELECT column_name FROM _anvil_warnings WHERE code LIKE 'drift%'").map(([name]) => name);
}

Deno.test("backup --schema copies what is live, and keeps each difference in the file", async () => {
  const { code, err, warnings } = await backedUp(2, []);
  assert.equal(code, 0, err);
  assert.deepEqual(warnings, ["stranger0", "stranger1"]);
});

Deno.test("backup --schema --strict-schema copies nothing when anything differs: exit 5, no file", async () => {
  const one = await backedUp(1, ["--strict-schema"]);
  assert.equal(one.code, 5, one.err);
  assert.match(one.err, /The schema has changed, in one place: .*stranger0/);
  assert.deepEqual(one.names, ["anvil.yaml", "app.sqlite"]);
  assert.match((await backedUp(3, ["--strict-schema"])).err, /The schema has changed, in 3 places: /);
});

Deno.test("backup --strict-schema of an app that is as its file says is a backup like any other", async () => {
  const { code, err, warnings } = await backedUp(0, ["--strict-schema"]);
  assert.equal(code, 0, err);
  assert.deepEqual(warnings, []);
});
