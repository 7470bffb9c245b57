/**
 * A cell as a person reads it: text in quotes, numbers with all digits, times as they are stored. Values of secret
 * columns are never shown. Pure; the result may still hold control characters, which the terminal's code makes safe.
 */
import type { ColumnSchema } from "../schema/model/app_schema.ts";
import { type Cell, numberText } from "../value/cell.ts";
import { isSecretColumn } from "./secret_columns.ts";

/** Shown in place of a secret. */
const HIDDEN = "(hidden)";

/** What is needed from the rest of the file to show a cell. */
interface CellNames {
  /** Returns the label of a linked row, by the row id's text. */
  readonly row?: (link: string) => string;
  /** Returns the name of a medium, by the id in its cell. */
  readonly medium?: (id: bigint) => string;
}

/** The text that is shown for a cell. */
export function shownCell(column: Pick<ColumnSchema, "name" | "kind">, cell: Cell, names: CellNames = {}): string {
  if (cell === null) return "empty";
  if (isSecretColumn(column)) return HIDDEN;
  const row = names.row ?? ((link: string) => link);
  switch (column.kind) {
    case "string":
      return JSON.stringify(cell);
    case "number":
      return numberText(cell);
    case "bool":
      return cell === 1n ? "true" : "false";
    case "date":
    case "simpleObject":
    case "unknown":
      return String(cell);
    case "datetime":
      return String(cell).replace(/\.000000(?=[+-]|$)/, "").replace("T", " ");
    case "media":
      return typeof cell === "bigint" && names.medium !== undefined ? names.medium(cell) : "a file";
    case "link_single":
      return `→ ${row(String(cell))}`;
    case "link_multiple": {
      const links = linksOf(String(cell));
      return links.length === 0 ? "no links" : `→ ${links.map(row).join(", ")}`;
    }
  }
}

function linksOf(cell: string): readonly string[] {
  const links: unknown = JSON.parse(cell);
  return Array.isArray(links) ? links.map(String) : [];
}
