/**
 * What a restore in place would do, row by row, as a person reads it: rows that come back and how many links lead to
 * them again, cells that change, rows that are deleted, cells that are left alone. It is made from the id map and the
 * file. It never contains the values of secret columns.
 */
import { MediaReader } from "../../archive/media/media_reader.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { CellState, MapCell } from "../../id_map/map_cells.ts";
import { isMappedMedium, type MappedValue } from "../../id_map/mapped_value.ts";
import { shownCell } from "../../label/shown_cell.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import type { Target } from "../job/target.ts";
import { linksIn } from "./link_cells.ts";
import { RowLabels } from "./row_labels.ts";

/** A row as people recognise it. */
export interface NamedRow {
  /** Its id: in the file for a row that comes back, in the app for any other. */
  readonly row: string;
  readonly label: string | null;
}

/** A row that comes back. */
export interface ComingRow extends NamedRow {
  /** Number of links to it that are set again, by the table that they are in. */
  readonly links: readonly { readonly table: string; readonly count: number }[];
}

/** A cell that changes, or that is left as it is. */
export interface ShownCell {
  readonly column: string;
  readonly from: string;
  readonly to: string;
}

/** A row whose cells change. */
export interface ChangedRow extends NamedRow {
  readonly cells: readonly ShownCell[];
}

/** What happens to one table. */
export interface ChangesOfTable {
  readonly table: string;
  readonly comes: readonly ComingRow[];
  readonly changes: readonly ChangedRow[];
  /** Rows whose links are set again and that do not change otherwise. */
  readonly relinked: readonly ChangedRow[];
  readonly deletes: readonly NamedRow[];
  /** Cells that linked to a row that comes back, and that somebody has changed since the backup. */
  readonly kept: readonly ChangedRow[];
}

/** Collects the changes of all tables. */
export function shownChanges(archive: OpenArchive, target: Target, idMap: IdMap): readonly ChangesOfTable[] {
  using names = new RowLabels(archive);
  using media = new MediaReader(archive.engine);
  const showing = new Showing(target, idMap, names, media);
  return idMap.plan.tables().map(({ id }) => showing.table(id)).filter((table) => table !== null);
}

class Showing {
  readonly #target: Target;
  readonly #idMap: IdMap;
  readonly #names: RowLabels;
  readonly #media: MediaReader;
  /** Numbers of links that are set again: by the row that they lead to, then by the table that they are in. */
  readonly #links = new Map<string, Map<string, number>>();

  constructor(target: Target, idMap: IdMap, names: RowLabels, media: MediaReader) {
    this.#media = media;
    this.#target = target;
    this.#idMap = idMap;
    this.#names = names;
    for (const { id, name } of target.listed) this.#countLinks(id, name);
  }

  #columns(table: number): readonly ColumnSchema[] {
    return this.#target.schema.tables.find(({ id }) => id === table)?.columns ?? [];
  }

  #countLinks(id: number, table: string): void {
    const columns = this.#columns(id);
    for (const state of ["open", "written"] as const) {
      for (const { column, want } of this.#idMap.cells.inState(id, state)) {
        const kind = columns.find(({ name }) => name === column)?.kind;
        if (kind !== "link_single" && kind !== "link_multiple" || isMappedMedium(want)) continue;
        for (const link of linksIn(kind, want)) {
          const row = parseRowId(link);
          if (row === null || this.#idMap.rows.find(row.table, row.row)?.action !== "insert") continue;
          const counts = this.#links.get(link) ?? new Map<string, number>();
          this.#links.set(link, counts);
          counts.set(table, (counts.get(table) ?? 0) + 1);
        }
      }
    }
  }

  table(id: number): ChangesOfTable | null {
    const live = this.#target.listed.find((table) => table.id === id);
    const columns = this.#columns(id);
    if (live === undefined) return null;
    const open = [...this.#rowsWith(id, columns, "open")];
    const changed = (why: MapCell["why"]) =>
      open.flatMap(({ cells, ...row }): readonly ChangedRow[] => {
        const own = cells.filter((cell) => cell.why === why);
        return own.length === 0 ? [] : [{ ...row, cells: own.map(({ shown }) => shown) }];
      });
    const kept = [...this.#rowsWith(id, columns, "kept")].map(({ cells, ...row }) => ({
      ...row,
      cells: cells.map(({ shown }) => shown),
    }));
    return {
      table: live.name,
      comes: [...this.#coming(id)],
      changes: changed("revert"),
      relinked: changed("relink"),
      deletes: [...this.#deleted(id)],
      kept,
    };
  }

  *#coming(table: number): Generator<ComingRow, void> {
    for (let after: RowId = "0";;) {
      const rows = this.#idMap.rows.unwritten(table, after, ROWS);
      for (const { old } of rows) {
        const row = rowIdText(table, old);
        const links = [...this.#links.get(row) ?? []].map(([name, count]) => ({ table: name, count }));
        yield { row, label: this.#names.label(table, old), links };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.old;
    }
  }

  *#deleted(table: number): Generator<NamedRow, void> {
    for (let after: RowId = "0";;) {
      const rows = this.#idMap.cells.deletions(table, after, ROWS);
      for (const { row, label } of rows) yield { row: rowIdText(table, row), label };
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.row;
    }
  }

  *#rowsWith(table: number, columns: readonly ColumnSchema[], state: CellState) {
    for (let after: RowId = "0";;) {
      const cells = this.#idMap.cells.page(table, state, after, ROWS);
      for (const [row, own] of Map.groupBy(cells, (cell) => cell.row)) {
        const was = new Map(own.flatMap(({ column, was }) => isMappedMedium(was) ? [] : [[column, was]] as const));
        const old = own.find((cell) => cell.old !== null)?.old ?? row;
        yield {
          row: rowIdText(table, row),
          label: this.#names.label(table, old, was),
          cells: own.map(({ why, column, was, want }) => {
            const schema = columns.find(({ name }) => name === column);
            const text = (value: MappedValue) => schema === undefined ? "" : this.#text(schema, value);
            return { why, shown: { column, from: text(was), to: text(want) } };
          }),
        };
      }
      const last = cells.at(-1);
      if (last === undefined) return;
      after = last.row;
    }
  }

  #text(column: ColumnSchema, value: MappedValue): string {
    const cell: Cell = isMappedMedium(value) ? 0n : value;
    const nameOf = (id: bigint) => this.#media.find(id)?.name;
    const medium = (id: bigint) => (isMappedMedium(value) ? value.name : nameOf(id)) ?? "a file without a name";
    return shownCell(column, cell, { row: this.#names.ofLink, medium });
  }
}

/** Rows of the map that are read together. */
const ROWS = 500;
