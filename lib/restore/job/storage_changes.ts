/**
 * How an app's storage changes values that it cannot hold as they are. The numbers of split storage, which newer
 * documentation calls Faster Storage, are doubles, and its multi-links are never None; classic storage has no -0. Pure.
 *
 * Source: seen on real servers. Split: 2^53+1 comes back as 2^53, 1.0 as 1, -0.0 as 0; 10^400 is refused. Classic: -0.0 as
 * 0.0.
 */
import { sameCell } from "../../diff/same_cell.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { Storage } from "../../tables/probe_table.ts";
import type { Cell } from "../../value/cell.ts";

/** Changes, as a sentence for one value and for several. */
export const STORAGE_CHANGES = {
  "rounded-number": [
    "number has more digits than Faster Storage keeps, and is rounded",
    "numbers have more digits than Faster Storage keeps, and are rounded",
  ],
  "respelled-number": [
    "number such as 1.0 is kept as 1, which is the same value",
    "numbers such as 1.0 are kept as 1, which is the same value",
  ],
  "unsigned-zero": ["number is -0, and is kept as 0", "numbers are -0, and are kept as 0"],
  "none-as-empty-list": [
    "multi-link that is None becomes an empty list, as Faster Storage has it",
    "multi-links that are None become empty lists, as Faster Storage has them",
  ],
} as const;

/** One of {@link STORAGE_CHANGES}. */
type StorageChange = keyof typeof STORAGE_CHANGES;

/** How a cell changes; null when it stays as it is. */
export function storageChange(storage: Storage, kind: ColumnKind, cell: Cell): StorageChange | null {
  if (kind === "number" && Object.is(cell, -0)) return "unsigned-zero";
  if (storage === "classic") return null;
  if (kind === "link_multiple") return cell === null ? "none-as-empty-list" : null;
  if (kind !== "number" || cell === null) return null;
  if (typeof cell !== "number") return shownInteger(doubleOf(cell)) === String(cell) ? null : "rounded-number";
  return Number.isInteger(cell) ? "respelled-number" : null;
}

/** Whether a storage refuses a number: it is larger than any double. */
export function isBeyondStorage(storage: Storage, kind: ColumnKind, cell: Cell): boolean {
  return storage === "split" && kind === "number" && cell !== null && !Number.isFinite(doubleOf(cell));
}

/**
 * Whether two numbers are the same to split storage. A large double comes back as another integer: 1e23 as
 * 99999999999999990000000.
 */
export function isSameDouble(a: Cell, b: Cell): boolean {
  return a !== null && b !== null && doubleOf(a) === doubleOf(b);
}

/** Whether a storage holds two cells as the same value. Objects are compared by their contents. */
export function sameInStorage(storage: Storage, kind: ColumnKind, a: Cell, b: Cell): boolean {
  if (sameCell(kind, a, b)) return true;
  if (storage === "classic") return kind === "number" && a === 0 && b === 0;
  if (kind === "link_multiple") return (a ?? "[]") === (b ?? "[]");
  return kind === "number" && isSameDouble(a, b);
}

function doubleOf(cell: NonNullable<Cell>): number {
  return Number(cell);
}

/**
 * Digits of an integral double as they come back: the fewest that name it, then zeros. 2^63 comes back as
 * 9223372036854776000.
 */
function shownInteger(double: number): string {
  const [, sign = "", digits = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e\+(\d+))?$/.exec(String(double)) ?? [];
  return `${sign}${digits}${fraction.padEnd(Number(exponent), "0")}`;
}
