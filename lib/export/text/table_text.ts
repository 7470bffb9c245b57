/**
 * Text formats with one line for each row. Types only.
 */
import type { OutRow } from "../rows/export_rows.ts";
import type { CsvStyle } from "./csv_cell.ts";

/** A text format; plain data. */
export type TextFormat =
  | { readonly format: "csv"; readonly style: CsvStyle }
  | { readonly format: "jsonl" };

/** How a table becomes text. */
export interface TableText {
  /** Text in front of all rows. */
  readonly head: string;
  /** A row, with its line end. */
  readonly line: (row: OutRow) => string;
}
