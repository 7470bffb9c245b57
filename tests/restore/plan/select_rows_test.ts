/** Which rows of a file are selected: by id, by SQL, by their links in both directions, and all of these together. */
import assert from "node:assert/strict";
import { join } from "../../../lib/deps.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { beginIdMap } from "../../../lib/id_map/id_map.ts";
import { type RestoreSelection, WHOLE } from "../../../lib/restore/job/restore_options.ts";
import { selectRows } from "../../../lib/restore/plan/select_rows.ts";
import { shopApp } from "../../fixtures/apps/shop_app.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

async function selected(selection: Partial<RestoreSelection>): Promise<Readonly<Record<string, readonly string[]>>> {
  using dir = tempDir();
  await putArchive(dir.file("shop.sqlite"), shopApp());
  using archive = await openArchive(dir.file("shop.sqlite"));
  const begun = await beginIdMap(join(dir.path, "map.sqlite"));
  try {
    const { tables } = selectRows(archive, { ...WHOLE, ...selection }, begun.idMap);
    return Object.fromEntries(
      tables.map(({ table, tableId }) => [table.name, [...begun.idMap.plan.selectedRows(tableId)]]),
    );
  } finally {
    await begun.discard();
  }
}

Deno.test("--linked-from takes along the rows that link to the selected ones, and no further", async () => {
  assert.deepEqual(await selected({ rows: ["[1,4]"], linkedFrom: true }), {
    customers: ["4"],
    orders: ["9"],
    clubs: ["10"],
  });
});

Deno.test("--linked-from and --with-links together: a customer, her orders and clubs, and whoever those link to", async () => {
  assert.deepEqual(await selected({ rows: ["[1,4]"], linkedFrom: true, withLinks: true }), {
    customers: ["1", "2", "3", "4"],
    orders: ["9"],
    clubs: ["10"],
  });
});

Deno.test("--where and --linked-from together, without a table that is excluded", async () => {
  const found = await selected({ only: ["customers"], where: "points > 35", linkedFrom: true, exclude: ["clubs"] });
  assert.deepEqual(found, { customers: ["4"], orders: ["9"] });
});

Deno.test("--row of several tables at once", async () => {
  assert.deepEqual(await selected({ rows: ["[2,5]", "[3,11]", "[2,9]"] }), { orders: ["5", "9"], clubs: ["11"] });
});
