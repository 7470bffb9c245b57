/** Partial files that a power cut or a failing disk has damaged: what is proven is kept, the rest is read again. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { FaultyCall } from "../fixtures/faults/faults.ts";
import { faultApp, FILES, READINGS } from "../fixtures/apps/fault_app.ts";
import type { ProgressEvent } from "../../lib/ui/progress/progress_event.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { type Run, runProgram } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, type ServedApp } from "../fixtures/running/served_app.ts";

/** What the server was asked for: rows as they were sent, media by their ids. */
class Sent {
  rows = 0;
  media = 0;
  /** Answers nothing that makes sense once so many pages were sent. */
  pagesLeft = Infinity;

  readonly onCall = (call: FaultyCall) => {
    if (call.name === "fetch_lazy_media") this.media++;
    // Only reads of whole rows ask for this column.
    if (call.name !== "search.next_page" || !/"(label|name|text)"/.test(JSON.stringify(call.frame))) return undefined;
    return {
      reply: (text: string) => {
        if (this.pagesLeft-- <= 0) return "not JSON";
        this.rows += (/"response":\[\[([\d,]*)\]/.exec(text)?.[1]?.split(",") ?? []).length;
        return text;
      },
    };
  };
}

/** An app whose backup was cut off after some pages, with the partial file changed by SQL. */
async function damagedPartial(
  pages: number,
  change: string,
  judge: (run: Run, sent: Sent, app: ServedApp) => void | Promise<void>,
): Promise<void> {
  const sent = new Sent();
  await using app = await serveApp(faultApp(), { faults: { onCall: sent.onCall } });
  sent.pagesLeft = pages;
  // At this pace pages are small enough that four of them are not all.
  const begun = app.backup({ pace: "fast" });
  if (pages < Infinity) await assert.rejects(begun);
  else Deno.renameSync((await begun).path, app.dir.file("copy.sqlite.partial"));
  sent.pagesLeft = Infinity;
  sent.rows = sent.media = 0;
  const partial = app.dir.file("copy.sqlite.partial");
  const database = new DatabaseSync(partial, { enableForeignKeyConstraints: false });
  database.exec(change);
  database.close();
  await judge(await runHere(["backup", "--resume", partial], { variables: variablesFor(app.server.url) }), sent, app);
}

async function assertMended({ code, err }: Run, app: ServedApp): Promise<void> {
  assert.equal(code, 0, err);
  assert.match(
    err,
    /^warning: '.*copy\.sqlite\.partial' was damaged: [\d,]+ rows? and \d+ media files? in it are proven/m,
  );
  await assertGood(app.dir.file("copy.sqlite"));
  using copy = await openArchive(app.dir.file("copy.sqlite"));
  using original = await openArchive(app.path);
  assert.equal(copy.catalogue.provenance.get("digest"), original.catalogue.provenance.get("digest"));
}

Deno.test("a cell of a partial was changed: its page alone is read again, and the file is what the app holds", () =>
  damagedPartial(4, "UPDATE readings SET label = 'other' WHERE rowid = 5", async (run, { rows }, app) => {
    await assertMended(run, app);
    assert.ok(rows > 0 && rows < READINGS, `${rows} rows were read again`);
  }));

Deno.test("a medium of a partial was changed: it alone is fetched again", () =>
  damagedPartial(
    Infinity,
    "UPDATE _anvil_blobs SET bytes = zeroblob(length(bytes)) WHERE sha256 = (SELECT sha256 FROM _anvil_media_objects WHERE id = 3)",
    async (run, { media }, app) => {
      await assertMended(run, app);
      assert.equal(media, 1);
    },
  ));

Deno.test("a partial that only lacked its name was changed in one table: that table alone is read again", () =>
  damagedPartial(Infinity, "UPDATE notes SET text = 'three' WHERE text = 'two'", async (run, { rows, media }, app) => {
    await assertMended(run, app);
    assert.deepEqual([rows, media], [2, 0]);
  }));

for (
  const [what, change] of [
    ["which app it is of", "UPDATE _provenance SET value = 'OTHERAPP' WHERE key = 'app_id'"],
    ["how its tables are called", "UPDATE _anvil_tables SET title = 'other' WHERE id = 1"],
    ["its warnings", "INSERT INTO _anvil_warnings (code, message) VALUES ('odd-value', 'made up')"],
    ["its digests", "DELETE FROM _anvil_proofs"],
    ["its tables", "DROP TABLE notes"],
  ] as const
) {
  Deno.test(`a partial that is damaged in ${what} is refused, with the advice to start anew`, () =>
    damagedPartial(4, change, ({ code, err }, { rows }, app) => {
      assert.equal(code, 4, err);
      assert.match(err, /^error: '.*copy\.sqlite\.partial' is damaged: /m);
      assert.match(err, /^hint: It cannot be gone on with: delete it and start a new backup\.$/m);
      assert.equal(rows, 0, "the app was asked");
      assert.deepEqual(app.dir.names(), ["app.sqlite", "copy.sqlite.partial"]);
    }));
}

Deno.test("an unharmed partial is resumed without a word about it, and nothing of it is read again", () =>
  damagedPartial(4, "SELECT 1", ({ code, err }, { rows, media }) => {
    assert.equal(code, 0, err);
    assert.deepEqual(err.match(/^warning: .*/gm), [
      "warning: The rows are not all from the same moment: an interrupted run was continued",
    ]);
    assert.ok(rows < READINGS + 2 + FILES, `${rows} rows`);
    assert.ok(media <= FILES);
  }));

Deno.test("kill -9 within the first moments of a backup leaves nothing in the way of the next one", async () => {
  await using app = await serveApp(faultApp());
  const partial = app.dir.file("copy.sqlite.partial");
  // What a run leaves that is killed before its file can be resumed.
  Deno.writeFileSync(`${partial}.new-0a1b2c`, new Uint8Array(0));
  Deno.writeFileSync(`${partial}.new-0a1b2c-journal`, new Uint8Array(0));
  const long = new Date(Date.now() - 3_600_000);
  Deno.utimeSync(`${partial}.new-0a1b2c`, long, long);
  const { code, err } = await runProgram(["backup", "-q", "-o", app.dir.file("copy.sqlite")], {
    env: variablesFor(app.server.url),
  });
  assert.equal(code, 0, err);
  assert.deepEqual(app.dir.names(), ["app.sqlite", "copy.sqlite"]);
});

Deno.test("unfinished backups that earlier runs have left in a folder are named in one line", async () => {
  await using app = await serveApp(faultApp(), {
    faults: { onCall: ({ name }) => name === "search.next_page" ? { reply: () => "not JSON" } : undefined },
  });
  await assert.rejects(app.backup());
  for (const n of [1, 2, 3]) {
    Deno.copyFileSync(app.dir.file("copy.sqlite.partial"), app.dir.file(`${n}.sqlite.partial`));
  }
  Deno.writeTextFileSync(app.dir.file("mine.partial"), "no backup");
  for (const output of [app.dir.path, app.dir.file("new.sqlite")]) {
    const { err } = await runHere(["backup", "-q", "-o", output], { variables: variablesFor(app.server.url) });
    assert.match(
      err,
      /^warning: [45] unfinished backups of earlier runs in '.*': 1\.sqlite\.partial, 2\.sqlite\.partial, 3\.sqlite\.partial and [12] more; continue with 'backup --resume FILE', or delete$/m,
    );
  }
});

Deno.test("a partial that another run is writing is not called unfinished", async () => {
  await using app = await serveApp(faultApp());
  const said: string[] = [];
  const second = (event: ProgressEvent) => event.type === "warning" ? void said.push(event.code) : undefined;
  let other: Promise<unknown> | null = null;
  await app.backup({
    progress: {
      report: (event) => {
        if (event.type === "rows") {
          other ??= app.backup({
            destination: { kind: "file", path: app.dir.file("other.sqlite") },
            progress: { report: second, close: () => {} },
          });
        }
      },
      close: () => {},
    },
  });
  await other;
  assert.deepEqual(said, []);
});
