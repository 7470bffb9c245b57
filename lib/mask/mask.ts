/**
 * Changes values on their way from an archive into an app, so that a copy holds nobody's secrets. Pure: the same value
 * and the same secret always make the same new value, so that joins by value still work.
 */
import { createHmac } from "node:crypto";
import type { Cell } from "../value/cell.ts";
import type { ColumnKind } from "../schema/model/column_kind.ts";

/** What can be done to a column. */
export const MASK_ACTIONS = [
  /** The column is not written at all. */
  "drop",
  /** Every value becomes None. */
  "null",
  /** Text becomes 32 hexadecimal digits, the same for the same text. */
  "hash",
  /** Text becomes an address at example.com, the same for the same text. */
  "fake-email",
  /** Every value except None becomes this one. */
  "constant",
] as const;

/** One of {@link MASK_ACTIONS}. */
type MaskAction = typeof MASK_ACTIONS[number];

/** What is done to one column. */
export interface ColumnMask {
  readonly action: MaskAction;
  /** The value of `constant`, as a cell of the column's kind. */
  readonly constant: Cell;
}

/** Rules for columns of tables. */
export interface Mask {
  /** The rule of a column; null if it stays unchanged. */
  readonly rule: (table: string, column: string) => ColumnMask | null;
  /** Key for the hashes; made anew for each copy, so that nobody can look a value up. */
  readonly secret: string;
}

/** Kinds of column for which an action makes sense. */
export function maskable(action: MaskAction, kind: ColumnKind): boolean {
  switch (action) {
    case "drop":
    case "null":
      return true;
    case "hash":
    case "fake-email":
      return kind === "string";
    case "constant":
      return kind === "string" || kind === "number" || kind === "bool" || kind === "date" || kind === "datetime" ||
        kind === "simpleObject";
  }
}

/** A cell after its rule. The caller handles `drop`, by leaving the column out. */
export function maskedCell({ action, constant }: ColumnMask, secret: string, cell: Cell): Cell {
  if (cell === null) return null;
  switch (action) {
    case "drop":
    case "null":
      return null;
    case "hash":
      return digest(secret, String(cell)).slice(0, 32);
    case "fake-email":
      return `user-${digest(secret, String(cell).trim().toLowerCase()).slice(0, 16)}@example.com`;
    case "constant":
      return constant;
  }
}

function digest(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}
