/**
 * Reads cells that are too large for any reply, as CSV: it comes as media, and so the size of a message does not limit
 * it. An export ends the transaction in which it is asked for, so this is done outside of it, after all rows. It writes
 * nothing.
 *
 * Source: server-observed, sections 6 and 10.
 */
import { canonicalJson, isArray, type Json, numberSource, parseExact } from "../../json/exact_json.ts";
import { isTooDeep } from "../../json/depth.ts";
import { holdsNul } from "../../json/nul.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { Connection } from "../../uplink/connection.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { capabilityObject, capabilityOf } from "../../uplink/wire_object.ts";
import { type Cell, numberCell } from "../../value/cell.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import { mediaHandle } from "../cell_codec.ts";
import { fetchMedia } from "../fetch_media.ts";
import { type ListedTable, TABLES_V2 } from "../listing.ts";
import { freshStack } from "../transaction.ts";
import { CsvFields } from "./csv_fields.ts";

/** What is read of one table. */
interface LateRequest {
  readonly table: ListedTable;
  /** Rows of which cells are wanted. */
  readonly rows: ReadonlySet<RowId>;
  /** Columns of which cells are wanted. */
  readonly columns: readonly ColumnSchema[];
  /** Small cells that all of these rows have, by column name: they limit what is exported. */
  readonly known: Readonly<Record<string, Json>>;
  /** Receives a cell. It is not called for a cell that no longer exists or is no longer large. */
  readonly take: (row: RowId, column: ColumnSchema, cell: Cell) => void;
}

/**
 * Reads the cells.
 * @throws {RemoteError} when the server refuses; {@link AnvilSqliteError} `protocol` when it sends an unexpected reply
 */
export async function readLateCells(connection: Connection, request: LateRequest): Promise<void> {
  const { table, rows, columns, known, take } = request;
  if (table.capability === null) return;
  const stack = freshStack("csv");
  // The search's own first page has one row and no column of it, since it could not come.
  const search = await connection.call({
    command: `${TABLES_V2}table.search`,
    args: [null, [{ spec: {} }, { rows: 1 }], known],
    objects: [
      capabilityObject(table.capability, ["args", 0]),
      { type: ["ValueType"], typeName: "anvil.tables.fetch_only", path: ["args", 1, 0] },
      { type: ["ValueType"], typeName: "anvil.tables.query.page_size", path: ["args", 1, 1] },
    ],
    stack,
  });
  const found = search.objects.find(({ path }) => path.length === 2 && path[1] === 1);
  const capability = found === undefined ? null : capabilityOf(found);
  if (capability === null) throw protocolError("a search without its capability");
  const { objects } = await connection.call({
    command: `${TABLES_V2}search.to_csv`,
    args: [null],
    kwargs: { escape_for_excel: false },
    objects: [capabilityObject(capability, ["args", 0])],
    stack,
  });
  const handle = objects.map((entry) => mediaHandle(entry)).find((found) => found !== null);
  if (handle === undefined) throw protocolError("an export that is not a file");
  const wanted = new Map(columns.map((column) => [column.name, column]));
  const begin = () =>
    new CsvFields({
      row: (text) => {
        const id = parseRowId(text);
        return id !== null && rows.has(id.row) && text === rowIdText(table.id, id.row);
      },
      columns: new Set(wanted.keys()),
      take: (text, name, field) => {
        const [id, column] = [parseRowId(text), wanted.get(name)];
        if (id === null || column === undefined) return;
        const cell = cellOfField(column, field);
        if (cell !== null) take(id.row, column, cell);
      },
    });
  let fields = begin();
  await fetchMedia(connection, handle, {
    begin: () => fields = begin(),
    chunk: (bytes) => fields.chunk(bytes),
  });
  fields.end();
}

/** Kinds of columns whose cells can be large, and can be read from a field of CSV. */
export function canBeLate(kind: ColumnKind): boolean {
  switch (kind) {
    case "string":
    case "number":
    case "simpleObject":
    case "link_multiple":
      return true;
    case "bool":
    case "date":
    case "datetime":
    case "media":
    case "link_single":
    case "unknown":
      return false;
  }
}

/** The cell of a field; null if an empty cell would have the same field. */
function cellOfField({ kind, targetId }: ColumnSchema, field: string): Cell {
  if (field === "") return null;
  if (kind === "string") return holdsNul(field) ? null : field;
  try {
    if (kind === "number") return /^-?\d/.test(field) ? numberCell(field) : null;
    if (kind === "simpleObject") {
      const value = parseExact(field);
      return isTooDeep(value) ? null : canonicalJson(value);
    }
    if (kind !== "link_multiple" || targetId === null || !field.startsWith(LINKS)) return null;
    const list = parseExact(field.slice(LINKS.length));
    const links = isArray(list) ? list.map(linkedRow) : [];
    if (links.length === 0 || links.some((row) => row === null)) return null;
    return JSON.stringify(links.map((row) => rowIdText(targetId, row ?? "")));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A field that is cut off or odd is not a value: the cell stays absent.
    return null;
  }
}

const LINKS = "#ROWS";

/** A row id in the list of a multi-link: alone, or after its table's id. */
function linkedRow(item: Json): RowId | null {
  return numberSource(isArray(item) ? item[1] ?? null : item);
}
