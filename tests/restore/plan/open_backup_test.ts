/** Files that are not what they were: damaged, unfinished, or made by the forum scripts. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { readRows } from "../../../lib/archive/rows/row_reader.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { openSource } from "../../../lib/restore/plan/open_backup.ts";
import { heldTables } from "../../../lib/restore/job/table_job.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { forumFile } from "../../fixtures/files/forum_file.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";

const open = (path: string, force = false) => openSource(path, { force, onStep: () => {} });

function edit(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function archive(dir: TempDir): Promise<string> {
  await putArchive(dir.file("app.sqlite"), sampleApp());
  return dir.file("app.sqlite");
}

Deno.test("a damaged archive is refused, naming the damage, unless --force", async () => {
  using dir = tempDir();
  const path = await archive(dir);
  edit(path, "UPDATE books SET title = 'Changed' WHERE title = 'Emma'");
  await assert.rejects(open(path), {
    code: "damaged",
    exitCode: 4,
    message: `'${path}' is not as it was made: The rows of table 'books' differ from their digest`,
  });
  await using forced = await open(path, true);
  assert.deepEqual(forced.notes, ["Damaged: The rows of table 'books' differ from their digest"]);
});

Deno.test("an interrupted backup is refused, and its continuation named, unless --force", async () => {
  using dir = tempDir();
  const path = await archive(dir);
  edit(path, "CREATE TABLE _anvil_final_statements (n, sql)");
  await assert.rejects(open(path), {
    code: "damaged",
    message:
      `'${path}' is not as it was made: the backup was interrupted and is not whole (to have it finished, rename it to '${path}.partial' and continue it with 'backup --resume ${path}.partial')`,
  });
  await using forced = await open(path, true);
  assert.equal(heldTables(forced.archive.catalogue).length, 4);
});

Deno.test("a file that is no archive is refused", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("x.sqlite"), "no database");
  await assert.rejects(open(dir.file("x.sqlite")), { exitCode: 20 });
  await assert.rejects(open(dir.file("none.sqlite")), { exitCode: 20 });
  edit(dir.file("other.sqlite"), "CREATE TABLE a (b)");
  await assert.rejects(open(dir.file("other.sqlite")), { exitCode: 20 });
});

Deno.test("an archive that was incomplete when it was made can be restored, and says what it lacks", async () => {
  using dir = tempDir();
  const content = smallApp({ a: { columns: {}, rows: [] } });
  await putArchive(dir.file("a.sqlite"), { ...content, provenance: [["complete", "no"]] });
  await using source = await open(dir.file("a.sqlite"));
  assert.deepEqual(source.notes, ["The backup was incomplete when it was made"]);
});

Deno.test("a file of the forum script becomes an archive, cell by cell, with its limits said", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  await using source = await open(dir.file("forum.sqlite"));
  assert.deepEqual(source.notes, [
    "This file was made by the forum script: it has no digests, no counts and no snapshot, so nothing in it can be checked",
    "It does not tell 1.0 from 1, nor true from 1 inside simple objects; a bare text there that looks like a list is one",
    "Column 'code' of table 'pets': SQLite had turned 1 texts into numbers; they come back as the digits of those, " +
    "without leading zeros and the like",
    "Table 'lost' is not in the file",
  ]);
  const { engine, catalogue } = source.archive;
  assert.equal(catalogue.provenance.get("app_id"), "FORUMAPP");
  const [pets] = heldTables(catalogue);
  assert.ok(pets);
  const rows = [...readRows(engine, pets, pets.columns.map((_, i) => i))];
  assert.deepEqual(rows.map(({ id, cells }) => ({ id, cells })), [
    {
      id: "601",
      cells: [
        "Rex",
        "1234",
        7n,
        1n,
        "2024-02-29",
        "2024-03-04T05:06:07.000008+01:30",
        `{"a":[1,2.5]}`,
        1n,
        "[501,602]",
        `["[501,602]","[501,601]"]`,
      ],
    },
    {
      id: "602",
      cells: ["", null, 2.5, 0n, null, "2024-03-04T05:06:07.000000+00:00", `"bare"`, null, null, null],
    },
  ]);
});

Deno.test("a forum script that was killed half way leaves a file that is refused, unless --force", async () => {
  using dir = tempDir();
  forumFile(dir.file("forum.sqlite"));
  edit(dir.file("forum.sqlite"), "DELETE FROM _provenance WHERE key = 'backup_end'");
  await assert.rejects(open(dir.file("forum.sqlite")), { code: "damaged", exitCode: 4 });
  await using forced = await open(dir.file("forum.sqlite"), true);
  assert.equal(heldTables(forced.archive.catalogue).length, 1);
});
