/**
 * Labels of linked rows, looked up one by one when a few of them are shown. It only reads.
 */
import { isHeld } from "../../archive/catalogue/catalogue.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import { parseRowId } from "../../value/row_id.ts";
import type { DiffSide } from "./compare_archives.ts";

/** Labels of rows, by the text of a link. */
export class RowNames implements Disposable {
  readonly #tables: readonly ReadonlyMap<number, RowLookup>[];

  /** @param sides are searched in this order */
  constructor(...sides: readonly DiffSide[]) {
    this.#tables = sides.map(({ engine, catalogue }) =>
      new Map(
        catalogue.tables.filter(isHeld).map(({ plan }) => {
          const naming = labelColumns(plan.columns.map(({ column }) => column));
          return [plan.tableId, new RowLookup(engine, plan, naming)];
        }),
      )
    );
  }

  /** `Jane Austen [101,1]`; only the text for a row without a label. */
  of(link: string): string {
    const place = parseRowId(link);
    if (place === null) return link;
    for (const tables of this.#tables) {
      const cells = tables.get(place.table)?.cells(place.row) ?? null;
      const label = cells === null ? null : labelOf(cells.map((cell) => cell instanceof Uint8Array ? null : cell));
      if (label !== null) return `${label} ${link}`;
    }
    return link;
  }

  [Symbol.dispose](): void {
    for (const tables of this.#tables) for (const lookup of tables.values()) lookup[Symbol.dispose]();
  }
}
