/** Text formats with one line for each row. Types only. */
import type { OutRow } from "../rows/export_rows.ts";
import type { CsvStyle } from "./csv_cell.ts";

/** One of them; plain data. */
export type TextFormat =
  | { readonly format: "csv"; readonly style: CsvStyle }
  | { readonly format: "jsonl" };

/** How a table becomes text. */
export interface TableText {
  /** What is in front of all rows. */
  readonly head: string;
  /** A row, its line end included. */
  readonly line: (row: OutRow) => string;
}
