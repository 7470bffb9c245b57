/**
 * Differences in words: one line for a row, one for each of its cells. Long texts are cut around where they differ; values of
 * secret columns are never shown. Pure.
 */
import { shownCell } from "../../label/shown_cell.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import { cutAround } from "../../ui/text/cut_around.ts";
import type { Cell } from "../../value/cell.ts";
import type { ComparedCell } from "../same_cell.ts";
import type { TableTotals } from "./compare_archives.ts";
import type { CellChange, RowChange } from "./row_changes.ts";

/** Most columns of a terminal that one value takes. */
const WIDTH = 60;
/** Digits of a hash that are enough to distinguish two files of one name. */
const HASH_DIGITS = 12;

/** Returns the label of a linked row. */
type NameOf = (link: string) => string;

/** A row with its label: `[102,5] "Emma"`. */
export function rowText({ row, label }: Pick<RowChange, "row" | "label">): string {
  return label === null ? row : `${row} ${JSON.stringify(label)}`;
}

/** `price: 9.5 → 12`; for a row that is new or gone, its only value. */
export function changedCellText({ column, old, now }: CellChange, change: RowChange["change"], nameOf: NameOf): string {
  if (isSecretColumn(column)) return `${column.name}: (hidden)${change === "changed" ? ", differs" : ""}`;
  const one = (cell: ComparedCell) => valueText(column, cell, nameOf);
  if (change === "added") return `${column.name}: ${cutAround(one(now), "", WIDTH)[0]}`;
  if (change === "deleted") return `${column.name}: ${cutAround(one(old), "", WIDTH)[0]}`;
  const [from, to] = cutAround(one(old), one(now), WIDTH);
  if (from !== to || !isMedium(old) || !isMedium(now)) return `${column.name}: ${from} → ${to}`;
  return `${column.name}: ${from}, its bytes ${hashText(old)} → ${hashText(now)}`;
}

function hashText({ sha256 }: Exclude<ComparedCell, Cell>): string {
  return sha256 === null ? "unknown" : sha256.slice(0, HASH_DIGITS);
}

function isMedium(cell: ComparedCell): cell is Exclude<ComparedCell, Cell> {
  return typeof cell === "object" && cell !== null;
}

function valueText(column: CellChange["column"], cell: ComparedCell, nameOf: NameOf): string {
  // The arrow of a link would look like the one between old and new.
  if (!isMedium(cell)) return shownCell(column, cell, { row: nameOf }).replace(/^→ /, "");
  const { name, contentType } = cell;
  if (name === null) return contentType === null ? "a file" : `a file (${contentType})`;
  return contentType === null ? JSON.stringify(name) : `${JSON.stringify(name)} (${contentType})`;
}

/** `2 added, 1 deleted`: the numbers that are not 0, in the order of the words below. */
export function totalsText(totals: Omit<TableTotals, "kind" | "table">): string {
  const words = [
    [totals.changed, "changed"],
    [totals.added, "added"],
    [totals.deleted, "deleted"],
    [totals.returned, "back under a new id"],
  ] as const;
  return words.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(", ");
}
