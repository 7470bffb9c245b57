/**
 * Names of rows of a file, looked up when they are asked for. It reads the file alone.
 */
import type { OpenArchive } from "../../archive/open_archive.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import { heldTables } from "../job/table_job.ts";

/** Labels of rows of one file. */
export class RowLabels implements Disposable {
  readonly #archive: OpenArchive;
  readonly #tables = new Map<number, NamedTable | null>();

  constructor(archive: OpenArchive) {
    this.#archive = archive;
  }

  /**
   * The label of a row; null when it has none, or the file does not have the row.
   * @param instead cells, by column, to use in place of the file's
   */
  label(table: number, row: RowId, instead: ReadonlyMap<string, Cell> = new Map()): string | null {
    const named = this.#table(table);
    const cells = named?.lookup.cells(row) ?? null;
    if (named === null || cells === null) return null;
    return labelOf(cells.map((cell, i) => instead.get(named.columns[i] ?? "") ?? textOnly(cell)));
  }

  /** The row behind a link: its label and its id, or its id alone. */
  readonly ofLink = (link: string): string => {
    const id = parseRowId(link);
    const label = id === null ? null : this.label(id.table, id.row);
    return label === null ? link : `${label} ${link}`;
  };

  #table(id: number): NamedTable | null {
    let named = this.#tables.get(id);
    if (named === undefined) {
      const plan = heldTables(this.#archive.catalogue).find(({ tableId }) => tableId === id);
      named = plan === undefined ? null : this.#open(plan);
      this.#tables.set(id, named);
    }
    return named;
  }

  #open(plan: TableLayout): NamedTable {
    const places = labelColumns(plan.columns.map(({ column }) => column));
    return {
      columns: places.map((place) => plan.columns[place]?.column.name ?? ""),
      lookup: new RowLookup(this.#archive.engine, plan, places),
    };
  }

  [Symbol.dispose](): void {
    for (const named of this.#tables.values()) named?.lookup[Symbol.dispose]();
  }
}

interface NamedTable {
  readonly columns: readonly string[];
  readonly lookup: RowLookup;
}

function textOnly(cell: SqlValue): Cell {
  return typeof cell === "string" ? cell : null;
}
