/** What is said of files that are not whole, followed to the letter: it leads to where it says. */
import assert from "node:assert/strict";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import { pagesOf } from "../fixtures/files/sqlite_records.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

for (const command of ["inspect", "verify", "drill", "serve"]) {
  Deno.test(`what ${command} says of an unfinished file that was renamed leads to a finished one`, async () => {
    await using app = await serveApp(faultApp(), {
      faults: {
        onCall: ({ name, n }) => name === "search.next_page" && n === 3 ? { reply: () => "not JSON" } : undefined,
      },
    });
    await assert.rejects(app.backup());
    const renamed = app.dir.file("mine.sqlite");
    await Deno.rename(app.dir.file("copy.sqlite.partial"), renamed);
    const { out, err } = await runHere([command, renamed]);
    const [, to = "", partial = ""] =
      /rename it to '(.+?)' and continue it with 'backup --resume (.+?)'/.exec(out + err) ?? [];
    await Deno.rename(renamed, to);
    const { code } = await runHere(["backup", "--resume", partial], { variables: variablesFor(app.server.url) });
    assert.equal(code, 0);
    await assertGood(renamed);
  });
}

Deno.test("what is said of a damaged file can be done: its rows can be read as SQL", async () => {
  using dir = tempDir();
  const path = dir.file("damaged.sqlite");
  Deno.writeFileSync(path, await backupOf(faultApp()));
  const [page] = pagesOf(path).filter(({ name }) => !/^(sqlite_|_anvil|_provenance)/.test(name));
  {
    using file = Deno.openSync(path, { write: true });
    file.seekSync((page?.start ?? 0) + 5, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array([255, 255, 255, 255]));
  }
  const { code, err } = await runHere(["drill", path]);
  assert.equal(code, 4, err);
  const [, command = ""] = /'sqlite3 FILE (\.\w+)' may still show some rows, as SQL to read/.exec(err) ?? [];
  const dump = await new Deno.Command("sqlite3", { args: [path, command], stderr: "null" }).output();
  assert.match(new TextDecoder().decode(dump.stdout), /INSERT INTO _provenance VALUES/);
});
