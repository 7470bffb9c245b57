/**
 * Reads a single row that is too large for one reply, some columns at a time. A cell that is too large even alone
 * cannot come in a reply: it is absent until `late_cells.ts` reads it.
 */
import { isKind } from "../../errors.ts";
import { AbsentValue, type Decoded, isCell } from "../cell_codec.ts";
import { readPage } from "./page.ts";
import { type Page, type TableReader, tableReader } from "./table_reader.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { RowId } from "../../value/row_id.ts";

/** The first row after a page cursor, whatever its size, as a page of one. */
export async function readGiantRow(
  connection: Connection,
  stack: string,
  { table, columns: all }: TableReader,
  after: RowId | null,
): Promise<Page> {
  const bare = await readPage(connection, stack, tableReader(table, []), { after, rows: 1 });
  const row = bare.rows[0];
  if (row === undefined) return { ...bare, unread: [] };
  let bytes = bare.bytes;

  const readColumns = async (columns: readonly ColumnSchema[]): Promise<readonly Decoded[]> => {
    try {
      const page = await readPage(connection, stack, tableReader(table, columns), { after, rows: 1 });
      bytes += page.bytes;
      const [again] = page.rows;
      if (again?.id === row.id) return again.cells;
      // Outside of a snapshot the row may be deleted meanwhile: then another row comes.
      return columns.map(() => new AbsentValue("Its row was deleted while it was read"));
    } catch (error) {
      if (!isKind(error, "size")) throw error;
      if (columns.length <= 1) return [new AbsentValue("Larger than a message of the Uplink may be")];
      const half = Math.ceil(columns.length / 2);
      return [...await readColumns(columns.slice(0, half)), ...await readColumns(columns.slice(half))];
    }
  };

  const cells = await readColumns(all);
  const read = new Set(all.map(({ name }) => name));
  return {
    rows: [{ id: row.id, cells }],
    more: bare.more,
    bytes,
    plain: cells.every(isCell),
    unread: bare.unread.filter((name) => !read.has(name)),
  };
}
