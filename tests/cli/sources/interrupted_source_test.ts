/** `restore FOLDER --resume`: the backup that the interrupted restore was made of, not the newest one. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { interruptedSource } from "../../../lib/cli/sources/interrupted_source.ts";
import { sourceContext } from "../../../lib/cli/sources/sources.ts";
import { beginIdMap } from "../../../lib/id_map/id_map.ts";
import { putNight } from "../../fixtures/files/night.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { MemorySurroundings } from "../memory_surroundings.ts";

Deno.test("a restore from a folder goes on with the backup that it was begun with", async () => {
  using dir = tempDir();
  const context = sourceContext(new MemorySurroundings());
  for (const day of [1, 2, 3]) await putNight(dir.file(`n${day}.sqlite`), { start: `2026-11-0${day}T02:00:00.000Z` });
  const name = async (text: string) => (await interruptedSource(text, context)).name;
  assert.equal(await name(dir.path), dir.file("n3.sqlite"), "nothing was interrupted");
  const map = dir.file("n2.sqlite.20261102T120000Z.idmap.sqlite");
  (await (await beginIdMap(map)).giveName()).close();
  assert.equal(await name(dir.path), dir.file("n3.sqlite"), "nothing was written by it");
  const database = new DatabaseSync(map);
  database.exec("INSERT INTO map_groups VALUES (1, 'committed', NULL)");
  database.exec("INSERT INTO map_rows (table_id, old_row, new_row, action, written_by) VALUES (1, 1, 7, 'insert', 1)");
  database.close();
  assert.equal(await name(dir.path), dir.file("n2.sqlite"));
  assert.equal(await name(`${dir.path}@latest`), dir.file("n3.sqlite"), "what is named is meant");
  assert.equal(await name(dir.file("n1.sqlite")), dir.file("n1.sqlite"));
});
