/** The life of rows: a vault tells the same as a folder of the same nights. */
import assert from "node:assert/strict";
import { fileHistory } from "../../lib/history/file_history.ts";
import type { HistoryQuery, RowEvent } from "../../lib/history/row_event.ts";
import { listFiles } from "../../lib/source/folder.ts";
import { vaultHistory } from "../../lib/vault/as_source/vault_history.ts";
import { vaultReader } from "../../lib/vault/as_source/vault_reader.ts";
import { rowIdText } from "../../lib/value/row_id.ts";
import { fc } from "../deps.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { anyNights } from "../fixtures/vault/any_nights.ts";
import { type Night, nightFile } from "../fixtures/vault/night.ts";
import { takeInFile } from "../fixtures/vault/vault_fixture.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Apps tried each day. */
const RUNS = timesAsked(3);

const told = ({ kind, row, label, snapshot, since, cells }: RowEvent) => ({
  kind,
  row,
  label,
  at: snapshot.start,
  since: since?.start,
  cells: cells.map(({ column, old, now }) => [column.name, shown(old), shown(now)]),
});

/** What a digest knows of a medium. */
function shown(cell: RowEvent["cells"][number]["old"]) {
  if (typeof cell !== "object" || cell === null) return cell;
  const { sha256, contentType, name } = cell;
  return { sha256, contentType, name };
}

/** All rows that a table ever had. */
function queriesOf(nights: readonly Night[]): readonly HistoryQuery[] {
  const last = nights.at(-1);
  return (last?.tables ?? []).map(({ schema }): HistoryQuery => ({
    table: schema.name,
    rows: [
      ...new Set(
        nights.flatMap(({ tables }) => tables).filter((table) => table.schema.id === schema.id)
          .flatMap(({ rows }) => rows.map(({ id }) => rowIdText(schema.id ?? 0, id))),
      ),
    ],
    where: null,
  })).filter(({ rows }) => rows.length > 0);
}

Deno.test("for any nights, the vault tells of every row what the folder tells", () =>
  fc.assert(
    fc.asyncProperty(anyNights, async (nights) => {
      using dir = tempDir();
      const vault = dir.file("app.vault");
      const files: string[] = [];
      // A table that only has its columns in a file says nothing of rows, in either.
      const usual = nights.map((night) => ({
        ...night,
        tables: night.tables.filter(({ state }) => state !== "schema-only"),
      }));
      for (const [at, night] of usual.entries()) {
        files.push(dir.file(`${at}.sqlite`));
        await nightFile(dir.file(`${at}.sqlite`), night);
        await takeInFile(vault, dir.file(`${at}.sqlite`));
      }
      const { snapshots } = await listFiles(files);
      const inVault = await vaultReader({ now: new Date(0), onStep: () => {} }).list(vault);
      for (const query of queriesOf(usual)) {
        const expected = (await Array.fromAsync(fileHistory(snapshots, query, () => {}))).map(told);
        const found = (await Array.fromAsync(vaultHistory(vault, query, inVault))).map(told);
        const byRow = (events: typeof found) => Map.groupBy(events, ({ row }) => row);
        assert.deepEqual(byRow(found), byRow(expected));
      }
    }),
    { numRuns: RUNS },
  ));
