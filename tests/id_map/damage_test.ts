/** Id maps that a power cut or a failing disk has damaged: none is taken for a map of what was restored. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openIdMap } from "../../lib/id_map/id_map.ts";
import { damageMaps, plannedMap } from "../fixtures/running/damaged_maps.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const MAP = "map.sqlite";

const DAMAGES = timesAsked(12);

Deno.test("id maps damaged at random, at any moment of a restore: each is refused, or says what was written into it", async () => {
  const { same, refused } = await damageMaps(DAMAGES, 20_261_124);
  assert.equal(same + refused, DAMAGES);
});

Deno.test("an id map of the first version, which keeps no proofs, is taken, and keeps them from then on", async () => {
  using dir = tempDir();
  const path = dir.file(MAP);
  (await plannedMap(path)).close();
  const database = new DatabaseSync(path);
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    database.exec(`DROP TRIGGER ${name}`);
  }
  database.exec("DROP TABLE map_proof; PRAGMA user_version = 1");
  database.close();
  (await openIdMap(path)).close();
  const again = new DatabaseSync(path);
  again.exec("DROP TRIGGER map_rows_update; UPDATE map_rows SET new_row = 4 WHERE old_row = 3");
  again.close();
  await assert.rejects(openIdMap(path), { code: "damaged-id-map", exitCode: 4 });
});

Deno.test("a changed row of an id map is found, whatever was changed", async () => {
  const changes = [
    "UPDATE map_rows SET new_row = new_row + 1 WHERE old_row = 15",
    "UPDATE map_rows SET written_by = 1 WHERE old_row = 3",
    "UPDATE map_rows SET action = 'keep' WHERE old_row = 3",
    "DELETE FROM map_rows WHERE old_row = 3",
    "INSERT INTO map_rows (table_id, old_row, action) VALUES (1, 4, 'insert')",
    "INSERT INTO map_groups (state) VALUES ('committed')",
    "UPDATE map_cells SET was = 'i8'",
    "UPDATE map_cells SET state = 'written'",
    "DELETE FROM map_cells",
    "UPDATE map_deletions SET row = 8",
    "UPDATE map_tables SET live_id = 8",
    'UPDATE map_meta SET value = \'{"mode":"replace"}\'',
    "CREATE TRIGGER more AFTER UPDATE ON map_meta BEGIN DELETE FROM map_rows; END",
  ];
  using dir = tempDir();
  (await plannedMap(dir.file("good.sqlite"))).close();
  for (const change of changes) {
    Deno.copyFileSync(dir.file("good.sqlite"), dir.file(MAP));
    const database = new DatabaseSync(dir.file(MAP));
    // As damage comes: past the triggers that keep the sums.
    const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    database.exec(change);
    for (const { sql } of triggers) database.exec(String(sql));
    database.close();
    await assert.rejects(openIdMap(dir.file(MAP)), { code: "damaged-id-map" }, change);
  }
});
