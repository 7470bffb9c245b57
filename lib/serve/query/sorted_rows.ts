/**
 * Rows in an order that SQLite does not have: by simple objects, lists of links, or media. It holds and sorts the
 * positions of all rows of the search, so it is used only for such orders; the rows themselves are read in parts.
 */
import type { SelectedColumn } from "../../sqlite/engine.ts";
import type { Json } from "../../json/exact_json.ts";
import type { SqlRow } from "../../sqlite/sql_value.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import { rowPart, type ServedSnapshot } from "../app/snapshot.ts";
import { compareJson } from "../database/json_order.ts";
import type { Cursor, OrderTerm } from "./ordering.ts";
import { compareTexts } from "../database/text_order.ts";

/** Positions of rows, in order. */
export class SortedRows {
  readonly #snapshot: ServedSnapshot;
  readonly #table: ServedTable;
  readonly #order: readonly OrderTerm[];
  readonly #positions: readonly Cursor[];

  constructor(
    snapshot: ServedSnapshot,
    table: ServedTable,
    order: readonly OrderTerm[],
    positions: readonly Cursor[],
  ) {
    this.#snapshot = snapshot;
    this.#table = table;
    this.#order = order;
    this.#positions = positions.toSorted((a, b) => this.#compare(a, b));
  }

  /** Up to `limit` rows after a position. */
  read(
    columns: readonly SelectedColumn[],
    after: Cursor | null,
    limit: number,
  ): { rows: readonly SqlRow[]; last: Cursor | null } {
    const beyond = after === null
      ? this.#positions
      : this.#positions.filter((position) => this.#compare(position, after) > 0);
    const part = beyond.slice(0, limit);
    const ids = `[${part.map(({ row }) => row).join()}]`;
    const table = this.#table;
    const rest = `FROM ${table.sql} WHERE ${table.rowid} IN (SELECT value FROM json_each(?1))`;
    const rows = this.#snapshot.select(table, columns, rest, [ids]);
    const byRow = new Map(rows.map((row) => [rowPart(String(row[0])), row]));
    return {
      rows: part.map(({ row }) => byRow.get(row)).filter((row) => row !== undefined),
      last: part.at(-1) ?? null,
    };
  }

  #compare(a: Cursor, b: Cursor): number {
    for (const [index, { column, ascending }] of this.#order.entries()) {
      const difference = compareCells(column, a.values[index] ?? null, b.values[index] ?? null, this.#snapshot);
      if (difference !== 0) return ascending ? difference : -difference;
    }
    const difference = BigInt(a.row) - BigInt(b.row);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
}

/** Compares two cursor values of a column. */
function compareCells({ kind }: ServedColumn, a: Json, b: Json, snapshot: ServedSnapshot): number {
  // Classic storage sorts None like other values; only an empty list comes before it.
  if (snapshot.storage === "classic") return compareJson(a, b);
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return kind === "media" ? compareMedia(snapshot, a, b) : compareJson(a, b);
}

/** Split storage sorts media as they are stored: by type, then name, None last; then by age. */
function compareMedia(snapshot: ServedSnapshot, a: Json, b: Json): number {
  const [first, second] = [a, b].map((id) => {
    const [row] = snapshot.rows("SELECT content_type, name FROM _anvil_media_objects WHERE id = ?1", [
      BigInt(String(id)),
    ]);
    return row ?? [];
  });
  for (const index of [0, 1]) {
    const [textA, textB] = [first?.[index] ?? null, second?.[index] ?? null];
    if (textA === null || textB === null) {
      if (textA !== textB) return textA === null ? 1 : -1;
      continue;
    }
    const difference = compareTexts(String(textA), String(textB));
    if (difference !== 0) return difference;
  }
  return compareJson(a, b);
}
