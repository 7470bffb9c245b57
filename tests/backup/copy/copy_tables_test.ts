/** How pages of large tables come into a file, and into one that can no longer take them, over a real socket. */
import assert from "node:assert/strict";
import { copyTables } from "../../../lib/backup/copy/copy_tables.ts";
import { Pace } from "../../../lib/backup/copy/pace.ts";
import { PATIENCE } from "../../../lib/uplink/limits.ts";
import { RowRange } from "../../../lib/backup/copy/row_range.ts";
import { TableCopy } from "../../../lib/backup/copy/table_copy.ts";
import { systemClock } from "../../../lib/clock.ts";
import { archiveLayout } from "../../../lib/ddl/lay_out_archive.ts";
import { listTables } from "../../../lib/tables/listing.ts";
import { tableReader } from "../../../lib/tables/read/table_reader.ts";
import { freshStack } from "../../../lib/tables/transaction.ts";
import { connect } from "../../../lib/uplink/connection.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { serveApp, TEST_KEY } from "../../fixtures/running/served_app.ts";

Deno.test("no page is written behind one that could not be, though others are on their way", async () => {
  const rows = Array.from({ length: 6_000 }, (_, i) => [BigInt(i)]);
  const content = smallApp({ t: { columns: { n: "number" }, rows } });
  await using app = await serveApp(content);
  await using connection = await connect({ url: app.server.url, key: TEST_KEY });
  const stack = freshStack("read");
  const [table] = await listTables(connection, stack);
  const [plan] = archiveLayout(content.schema).plan.tables;
  assert.ok(table !== undefined && plan !== undefined);
  const reader = tableReader(table, plan.columns.map(({ column }) => column));
  const copy = new TableCopy(plan, reader, rows.length, [new RowRange(null, null)], 0);
  const asked: number[] = [];
  const copying = copyTables([copy], {
    clock: systemClock,
    connection,
    stack,
    write: (_copy, range) => {
      asked.push(range.pagesAsked);
      if (asked.length === 2) throw new Error("disk full");
    },
    pace: new Pace("fast"),
    rule: PATIENCE.call,
    roomForMedia: () => Promise.resolve(),
    tableFailed: (_copy, error) => Promise.reject(error),
  });
  await assert.rejects(copying, /disk full/);
  assert.ok((asked[1] ?? 0) > 0, "others were on their way");
  assert.equal(asked.length, 2, "nothing was written after the failure");
});
