/**
 * Cells of two archives, prepared for comparison: media by what is known of them, links in the later archive's ids,
 * cells whose value is not in a file left out. It only reads.
 */
import { type AbsentCell, absentCells } from "../../archive/catalogue/absent_cells.ts";
import { digestLookup } from "../../archive/digest/compute_digests.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { Cell } from "../../value/cell.ts";
import type { ComparedCell } from "../same_cell.ts";

/** What is needed from one side. */
export interface ComparedSide extends Disposable {
  /** A cell, prepared for comparison. */
  cell(kind: ColumnKind, cell: Cell): ComparedCell;
  /** Whether the value of a cell is not in the file. */
  isAbsent(table: number, row: string, column: string): boolean;
  readonly hasAbsent: boolean;
  /** Whether links get other ids before they are compared. */
  readonly translates: boolean;
}

/** @param translate turns this side's row ids into those that are compared; null when they are the same */
export function comparedSide(
  engine: Engine,
  options: { readonly media: boolean },
  translate: ((text: string) => string) | null,
): ComparedSide {
  const media = digestLookup(engine, options);
  const key = ({ table, row, column }: Pick<AbsentCell, "table" | "row" | "column">) => `${table},${row},${column}`;
  const absent = new Set(absentCells(engine).map(key));
  return {
    cell: (kind, cell) => {
      if (kind === "media" && typeof cell === "bigint") return media(cell) ?? MISSING;
      if (translate === null || typeof cell !== "string") return cell;
      if (kind === "link_single") return translate(cell);
      return kind === "link_multiple" ? translateList(cell, translate) : cell;
    },
    isAbsent: (table, row, column) => absent.has(key({ table, row, column })),
    hasAbsent: absent.size > 0,
    translates: translate !== null,
    [Symbol.dispose]: () => media[Symbol.dispose](),
  };
}

/** A medium that the file does not list; only a changed file has such a cell. */
const MISSING = { sha256: null, contentType: null, name: null };

function translateList(cell: string, translate: (text: string) => string): string {
  const list: unknown = JSON.parse(cell);
  return Array.isArray(list) ? JSON.stringify(list.map((item) => translate(String(item)))) : cell;
}
