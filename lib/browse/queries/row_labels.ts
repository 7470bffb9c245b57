/**
 * Names of linked rows, looked up for a whole page at once. It only reads.
 */
import { plainColumn } from "../../archive/rows/selected_cell.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import { parseRowId } from "../../value/row_id.ts";
import type { LinkedRow } from "../model/cell_view.ts";
import type { NightFile } from "./night_file.ts";

/** Ids that are looked up by one statement. */
const BATCH = 200;
/** Columns that are tried in the search for a label. */
const TRIED = 4;
/** Characters of each that are read. */
const LONGEST = 200;

/** Labels of rows of one table, by the text of their ids; rows that are not in the file are left out. */
export function labelsOfRows(
  file: NightFile,
  plan: TableLayout,
  ids: Iterable<string>,
): ReadonlyMap<string, string | null> {
  const labels = new Map<string, string | null>();
  const wanted = [...new Set(ids)];
  const columns = labelColumns(plan.table.columns).slice(0, TRIED).flatMap((index) => plan.columns[index] ?? []);
  const id = quoteName(plan.rowIdSqlName);
  const selected = columns.map(({ sqlName }) => plainColumn(`substr(${quoteName(sqlName)}, 1, ${LONGEST})`));
  for (let from = 0; from < wanted.length; from += BATCH) {
    const batch = wanted.slice(from, from + BATCH);
    const statement = file.engine.select(
      [plainColumn(id), ...selected],
      `FROM ${quoteName(plan.sqlName)} WHERE ${id} IN (${batch.map((_, at) => `?${at + 1}`).join(", ")})`,
    );
    try {
      for (const [row, ...cells] of statement.rows(batch)) {
        labels.set(String(row), labelOf(cells.map((cell) => typeof cell === "string" ? cell : null)));
      }
    } finally {
      statement.finalize();
    }
  }
  return labels;
}

/** Collects links while a page is read, and finds the labels of their rows at its end. */
export class LinkNames {
  readonly #file: NightFile;
  readonly #wanted = new Map<TableLayout, Set<string>>();
  #found: ReadonlyMap<TableLayout, ReadonlyMap<string, string | null>> | null = null;

  constructor(file: NightFile) {
    this.#file = file;
  }

  /** Notes a linked row whose label will be needed. */
  want(target: TableLayout | null, text: string): void {
    if (target === null) return;
    const ids = this.#wanted.get(target) ?? new Set();
    this.#wanted.set(target, ids.add(text));
  }

  /** The row of a link; null for text that is not a row id. */
  named(target: TableLayout | null, text: string): LinkedRow | null {
    const id = parseRowId(text);
    if (id === null) return null;
    this.#found ??= new Map([...this.#wanted].map(([plan, ids]) => [plan, labelsOfRows(this.#file, plan, ids)]));
    const labels = target === null ? undefined : this.#found.get(target);
    const label = labels?.get(text);
    // A link to a table that is not in the file cannot be followed; it is not a broken one.
    return { ...id, label: label ?? null, broken: labels !== undefined && label === undefined };
  }
}
