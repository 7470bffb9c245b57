/**
 * What a page shows of a cell: cut to what fits, secrets hidden, links with the names of their rows. Plain data, made
 * from selected values; it reads nothing itself.
 */
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { numberText } from "../../value/cell.ts";
import type { RowId } from "../../value/row_id.ts";

/** A row that a link leads to. */
export interface LinkedRow {
  /** Id of its table in the file. */
  readonly table: number;
  readonly row: RowId;
  /** The label of the row; null when it has none. */
  readonly label: string | null;
  /** Whether the row is not in the file. */
  readonly broken: boolean;
}

/** How a browser may show a medium. */
const MEDIUM_SHAPES = ["image", "audio", "video", "pdf", "text", "other"] as const;

/** One of {@link MEDIUM_SHAPES}. */
type MediumShape = typeof MEDIUM_SHAPES[number];

/** A medium that a cell holds. */
export interface MediumView {
  readonly id: string;
  readonly name: string | null;
  /** As the app says; anything. */
  readonly contentType: string | null;
  readonly bytes: number | null;
  /** Null when its bytes are not in the file. */
  readonly shape: MediumShape | null;
}

/** A cell as it is shown, by its kind. */
export type CellView =
  | { readonly kind: "empty" }
  | { readonly kind: "hidden" }
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "text" | "json"; readonly text: string; readonly isCut: boolean }
  | { readonly kind: "number" | "date" | "time"; readonly text: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "medium"; readonly medium: MediumView }
  | { readonly kind: "links"; readonly links: readonly LinkedRow[]; readonly more: number };

/** A cell of a plain kind. Media and links are made elsewhere, with their names. */
export function plainCellView(column: Pick<ColumnSchema, "kind">, value: SqlValue, longest: number): CellView {
  if (value === null) return { kind: "empty" };
  if (value instanceof Uint8Array) return { kind: "text", text: `${value.length} bytes`, isCut: false };
  switch (column.kind) {
    case "number":
      return { kind: "number", text: shortened(numberText(value), longest).text };
    case "bool":
      return { kind: "bool", value: value === 1n };
    case "date":
      return { kind: "date", text: shortened(String(value), longest).text };
    case "datetime":
      return { kind: "time", text: shortened(String(value), longest).text };
    case "simpleObject":
    case "unknown":
      return { kind: "json", ...shortened(String(value), longest) };
    case "string":
    case "media":
    case "link_single":
    case "link_multiple":
      return { kind: "text", ...shortened(String(value), longest) };
  }
}

/** Cuts a text, never inside a character. */
export function shortened(text: string, longest: number): { readonly text: string; readonly isCut: boolean } {
  if (text.length <= longest) return { text, isCut: false };
  return { text: text.slice(0, longest).replace(/[\ud800-\udbff]$/, ""), isCut: true };
}
