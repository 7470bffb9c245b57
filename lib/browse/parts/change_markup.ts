/**
 * What changed in a cell, as HTML: the old value, then the new one, cut around where they differ. Values of secret columns
 * are never shown here. Pure.
 */
import type { CellChange } from "../../diff/archives/row_changes.ts";
import type { ComparedCell } from "../../diff/same_cell.ts";
import { shownCell } from "../../label/shown_cell.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import { cutAround } from "../../ui/text/cut_around.ts";
import { html, type Markup } from "./markup.ts";

/** Characters of a value that are shown. */
const WIDTH = 80;
const HASH_DIGITS = 12;

/**
 * One cell that changed: `price 9 → 19.99`.
 * @param nameOf returns the labels of linked rows
 */
export function changeMarkup({ column, old, now }: CellChange, nameOf: (link: string) => string): Markup {
  const name = html`<span class="quiet" dir="auto">${column.name}</span>`;
  if (isSecretColumn(column)) return html`${name} <span class="none">hidden, differs</span>`;
  const text = (cell: ComparedCell) => valueText(column, cell, nameOf);
  let [from, to] = cutAround(text(old), text(now), WIDTH);
  if (from === to) [from, to] = [`${from} ${hashText(old)}`, `${to} ${hashText(now)}`];
  return html`
    ${name} <del class="old" dir="auto">${from}</del> <span aria-hidden="true">→</span> <ins class="new"
      dir="auto">${to}</ins>
  `;
}

function valueText(column: CellChange["column"], cell: ComparedCell, nameOf: (link: string) => string): string {
  if (typeof cell === "object" && cell !== null) return cell.name ?? cell.contentType ?? "a file";
  return shownCell(column, cell, { row: nameOf }).replace(/^→ /, "");
}

function hashText(cell: ComparedCell): string {
  return typeof cell === "object" && cell !== null ? (cell.sha256 ?? "").slice(0, HASH_DIGITS) : "";
}
