/**
 * The basket: rows that an owner has picked to put back, each with the night in which it was seen. In an address it is
 * `NIGHT~102.24,102.26~~NIGHT~101.3`. Pure.
 */
import type { RowId } from "../../value/row_id.ts";

/** A row that was picked. */
export interface PickedRow {
  /** Key of the night. */
  readonly night: string;
  /** Id of its table in the file. */
  readonly table: number;
  readonly row: RowId;
}

/** Rows in the order in which they were picked, each once. */
export type Basket = readonly PickedRow[];

/** Most rows in a basket: an address must stay below what browsers and servers take (some 64 kB). */
export const MAX_PICKED = 1_000;

const ROW = /^(\d{1,15})\.(\d{1,19})$/;
const NIGHT = /^[0-9A-Za-z]{1,40}(?:-\d{1,4})?$/;

/** Reads a basket. Text that is not a row is left out, and so are rows beyond {@link MAX_PICKED}. */
export function readBasket(text: string): Basket {
  const picked = text.split("~~").flatMap((part) => {
    const [night = "", rows = ""] = part.split("~");
    if (!NIGHT.test(night)) return [];
    return rows.split(",").flatMap((row) => pickedRow(night, row) ?? []);
  });
  return withPicked([], picked);
}

/** One row as a checkbox names it, `102.24`; null for text that is not a row. */
export function pickedRow(night: string, text: string): PickedRow | null {
  const [, table, row] = ROW.exec(text) ?? [];
  if (table === undefined || row === undefined || !NIGHT.test(night)) return null;
  return { night, table: Number(table), row: BigInt(row).toString() };
}

/** The name of a row in an address and on a checkbox. */
export function pickedText({ table, row }: Pick<PickedRow, "table" | "row">): string {
  return `${table}.${row}`;
}

/** The basket in an address. */
export function basketText(basket: Basket): string {
  return [...Map.groupBy(basket, ({ night }) => night)]
    .map(([night, rows]) => `${night}~${rows.map(pickedText).join(",")}`).join("~~");
}

/** The basket with more rows in it. */
export function withPicked(basket: Basket, more: Iterable<PickedRow>): Basket {
  const rows = new Map(basket.map((row) => [keyOf(row), row]));
  for (const row of more) {
    if (rows.size >= MAX_PICKED) break;
    if (!rows.has(keyOf(row))) rows.set(keyOf(row), row);
  }
  return [...rows.values()];
}

/** The basket without a row. */
export function withoutPicked(basket: Basket, row: PickedRow): Basket {
  return basket.filter((one) => keyOf(one) !== keyOf(row));
}

/** Whether a row is in the basket. */
export function isPicked(basket: Basket, row: PickedRow): boolean {
  return basket.some((one) => keyOf(one) === keyOf(row));
}

function keyOf(row: PickedRow): string {
  return `${row.night}~${pickedText(row)}`;
}
