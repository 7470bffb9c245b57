/**
 * The file of one night as pages read it: its tables by id, absent cells, and what earlier checks found. It only reads.
 */
import { type AbsentCell, absentCells } from "../../archive/catalogue/absent_cells.ts";
import { type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { Engine } from "../../sqlite/engine.ts";

/** A file that is open. */
export class NightFile {
  readonly archive: OpenArchive;
  /** Tables that have rows in the file, in the app's order. */
  readonly tables: readonly CatalogueTable[];
  readonly #byId: ReadonlyMap<number, CatalogueTable>;
  readonly #bySqlName: ReadonlyMap<string, CatalogueTable>;
  #absent: ReadonlyMap<string, AbsentCell> | null = null;

  constructor(archive: OpenArchive) {
    this.archive = archive;
    this.tables = archive.catalogue.tables.filter(isHeld);
    this.#byId = new Map(this.tables.map((table) => [table.plan.tableId, table]));
    this.#bySqlName = new Map(this.tables.map((table) => [table.plan.sqlName, table]));
  }

  get engine(): Engine {
    return this.archive.engine;
  }

  /** A table by its id in the file. */
  table(id: number): CatalogueTable | null {
    return this.#byId.get(id) ?? null;
  }

  /** The table that a link leads to; null when it is not in the file. */
  target(sqlName: string | null): TableLayout | null {
    return sqlName === null ? null : this.#bySqlName.get(sqlName)?.plan ?? null;
  }

  /** Why the value of a cell is not in the file; null if it is. */
  absence(table: number, row: string, column: string): string | null {
    this.#absent ??= new Map(
      absentCells(this.engine).map((cell) => [`${cell.table},${cell.row},${cell.column}`, cell]),
    );
    return this.#absent.get(`${table},${row},${column}`)?.reason ?? null;
  }

  /** A text from the provenance; empty if it does not exist. */
  fact(key: string): string {
    return String(this.archive.catalogue.provenance.get(key) ?? "");
  }
}
