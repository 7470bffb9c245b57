/**
 * Turns selected values into what is shown of cells: media with their names, links with the names of their rows. It
 * reads all cells first and finishes them at the end, since the names of all links of a page are looked up together. It
 * only reads.
 */
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { type CellView, plainCellView } from "../model/cell_view.ts";
import { MediumNames } from "./medium_names.ts";
import type { NightFile } from "./night_file.ts";
import { LinkNames } from "./row_labels.ts";

/** How much of a cell is shown. */
interface CellLimits {
  /** Characters of a text. */
  readonly longest: number;
  /** Links of a list. */
  readonly links: number;
  /** Whether secret columns are shown. */
  readonly secrets: boolean;
}

/** Reads cells of one table. */
export class CellReader implements Disposable {
  readonly #file: NightFile;
  readonly #plan: TableLayout;
  readonly #limits: CellLimits;
  readonly #names: LinkNames;
  readonly #media: MediumNames;
  readonly #junctions = new Map<string, { readonly some: Prepared; readonly count: Prepared }>();

  constructor(file: NightFile, plan: TableLayout, limits: CellLimits) {
    this.#file = file;
    this.#plan = plan;
    this.#limits = limits;
    this.#names = new LinkNames(file);
    this.#media = new MediumNames(file.engine);
  }

  /**
   * Reads a cell. The result is a function that makes what is shown, to be called once all cells are read.
   * @param index of its column
   * @param row text of the row's id
   * @param value as selected; of a multi-link anything but null
   */
  read(index: number, row: string, value: SqlValue): () => CellView {
    const column = this.#plan.columns[index];
    if (column === undefined) return () => ({ kind: "empty" });
    if (isSecretColumn(column.column) && !this.#limits.secrets) {
      return () => value === null ? { kind: "empty" } : { kind: "hidden" };
    }
    if (value === null) {
      const [, id = ""] = /,(\d+)\]$/.exec(row) ?? [];
      const reason = this.#file.absence(this.#plan.tableId, id, column.column.name);
      return () => reason === null ? { kind: "empty" } : { kind: "absent", reason };
    }
    switch (column.column.kind) {
      case "link_single":
        return this.#links(column, [String(value)], 0);
      case "link_multiple":
        return this.#linkList(column, row);
      case "media": {
        if (typeof value !== "bigint") break;
        this.#media.want(value);
        return () => ({ kind: "medium", medium: this.#media.named(value) });
      }
    }
    return () => plainCellView(column.column, value, this.#limits.longest);
  }

  #linkList(column: ColumnLayout, row: string): () => CellView {
    if (column.junction === null) return () => ({ kind: "links", links: [], more: 0 });
    const statements = this.#junction(column.junction.sqlName);
    const texts = statements.some.rows([row]).map(([target]) => String(target));
    const all = texts.length < this.#limits.links ? texts.length : Number(statements.count.rows([row])[0]?.[0] ?? 0);
    return this.#links(column, texts, all - texts.length);
  }

  #links(column: ColumnLayout, texts: readonly string[], more: number): () => CellView {
    const target = this.#file.target(column.targetSqlName);
    for (const text of texts) this.#names.want(target, text);
    return () => ({ kind: "links", links: texts.flatMap((text) => this.#names.named(target, text) ?? []), more });
  }

  #junction(sqlName: string): { readonly some: Prepared; readonly count: Prepared } {
    const known = this.#junctions.get(sqlName);
    if (known !== undefined) return known;
    const from = `FROM ${quoteName(sqlName)} WHERE _anvil_row_id = ?1`;
    const made = {
      some: this.#file.engine.prepare(`SELECT target_row_id ${from} ORDER BY position LIMIT ${this.#limits.links}`),
      count: this.#file.engine.prepare(`SELECT count(*) ${from}`),
    };
    this.#junctions.set(sqlName, made);
    return made;
  }

  [Symbol.dispose](): void {
    for (const { some, count } of this.#junctions.values()) {
      some.finalize();
      count.finalize();
    }
    this.#media[Symbol.dispose]();
  }
}
