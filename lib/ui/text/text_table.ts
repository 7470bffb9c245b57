/**
 * Lays rows of text out in columns, for lists such as `tables`. Pure; every cell is made safe for a terminal.
 */
import { plainText } from "./plain_text.ts";
import { padText, textWidth } from "./text_width.ts";

/** One column. */
interface TextColumn {
  readonly title: string;
  /** Default: left. */
  readonly align?: "left" | "right";
}

/** Lines of a table: titles, then rows; two spaces between columns, none at the end. A missing cell is left empty. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => row.map(plainText))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => textWidth(row[i] ?? ""))));
  return cells.map((row) =>
    columns.map((column, i) => padText(row[i] ?? "", widths[i] ?? 0, column.align)).join("  ").trimEnd()
  ).join("\n");
}
