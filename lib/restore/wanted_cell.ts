/**
 * What a cell of an archive is to be in the app, and what cannot be: used for sending and for the proof alike, so that
 * both go by one rule. Pure.
 */
import type { SqlValue } from "../archive/engine.ts";
import type { ColumnKind } from "../schema/column_kind.ts";
import type { Cell } from "../value/cell.ts";
import { wireFromIso } from "../value/datetime.ts";
import { parseExact } from "../value/exact_json.ts";
import { parseRowId } from "../value/row_id.ts";

/** Whether the bytes of a medium are in the archive, by the id in its cell. */
export type HasBytes = (id: bigint) => boolean;

/** Why a value cannot come back. */
export const LOSSES = {
  "odd-value": "values do not fit their column's type, and stay empty",
  "unknown-type": "values stand in columns of a type that no client can write, and stay empty",
  "media-not-in-file": "media have no bytes in the archive, and stay empty",
  "dangling-link": "links lead to rows that the archive does not have, and are left out",
  "unselected-link": "links lead to rows that are not restored, and are left out",
} as const;

/** One of {@link LOSSES}. */
export type Loss = keyof typeof LOSSES;

/** Counts what cannot come back, by table and column. */
export class LossList {
  readonly #counts = new Map<string, { table: string; column: string; loss: Loss; count: number }>();

  add(table: string, column: string, loss: Loss): void {
    const key = JSON.stringify([table, column, loss]);
    const entry = this.#counts.get(key) ?? { table, column, loss, count: 0 };
    entry.count++;
    this.#counts.set(key, entry);
  }

  /** A sentence for each column. */
  messages(): readonly { readonly code: Loss; readonly message: string }[] {
    return [...this.#counts.values()].map(({ table, column, loss, count }) => ({
      code: loss,
      message: `Column '${column}' of table '${table}': ${count} ${LOSSES[loss]}`,
    }));
  }
}

/** The cell to send, or why there is none. Links pass as they are; their targets are another matter. */
export function wantedCell(kind: ColumnKind, cell: SqlValue, hasBytes: HasBytes): Cell | { readonly loss: Loss } {
  if (cell === null) return null;
  switch (kind) {
    case "string":
      return typeof cell === "string" ? cell : ODD;
    case "number":
      if (typeof cell === "bigint") return cell;
      if (typeof cell === "number") return Number.isFinite(cell) ? cell : ODD;
      return typeof cell === "string" && /^-?\d+$/.test(cell) ? cell : ODD;
    case "bool":
      return cell === 0n || cell === 1n ? cell : ODD;
    case "date":
      return typeof cell === "string" && /^\d{4}-\d\d-\d\d$/.test(cell) ? cell : ODD;
    case "datetime":
      return typeof cell === "string" && wireFromIso(cell) !== null ? cell : ODD;
    case "simpleObject":
      return typeof cell === "string" && isJson(cell) ? cell : ODD;
    case "media":
      if (typeof cell !== "bigint") return ODD;
      return hasBytes(cell) ? cell : { loss: "media-not-in-file" };
    case "link_single":
      return typeof cell === "string" && parseRowId(cell) !== null ? cell : ODD;
    case "link_multiple":
      return typeof cell === "string" && isRowList(cell) ? cell : ODD;
    case "unknown":
      return { loss: "unknown-type" };
  }
}

const ODD = { loss: "odd-value" } as const;

function isRowList(text: string): boolean {
  return /^\[(?:"\[\d+,\d+\]"(?:,"\[\d+,\d+\]")*)?\]$/.test(text);
}

function isJson(text: string): boolean {
  try {
    parseExact(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether {@link wantedCell} gave a loss. */
export function isLoss(value: Cell | { readonly loss: Loss }): value is { readonly loss: Loss } {
  return typeof value === "object" && value !== null;
}
