/**
 * Leaves out links whose rows are gone by now. Split storage refuses a whole call because of one such link, so this is
 * done only after a call was refused: somebody has deleted a row since the plan.
 */
import { isObject, numberSource } from "../../json/exact_json.ts";
import type { OutgoingCell, OutgoingRow } from "../../tables/write/encode_cells.ts";
import { type CallPlace, hasRow } from "../../tables/write/write_rows.ts";
import type { Capability } from "../../uplink/wire_object.ts";

/** Checks the links of one call. */
export class LivingLinks {
  readonly #place: CallPlace;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(place: CallPlace) {
    this.#place = place;
  }

  /** The row without links to deleted rows; the cell of a single link to one is not written. */
  async of(row: OutgoingRow): Promise<OutgoingRow> {
    const out: [string, OutgoingCell][] = [];
    for (const [column, cell] of row) {
      if (cell.type === "row") {
        if (await this.#isThere(cell.row)) out.push([column, cell]);
      } else if (cell.type === "rows") {
        const living = await Promise.all(cell.rows.map((each) => this.#isThere(each)));
        const rows = cell.rows.filter((_, i) => living[i] === true);
        out.push([column, rows.length === 0 ? { type: "json", value: [] } : { type: "rows", rows }]);
      } else {
        out.push([column, cell]);
      }
    }
    return out;
  }

  #isThere(row: Capability): Promise<boolean> {
    const last = row.narrow.at(-1);
    const id = isObject(last) ? numberSource(last["r"] ?? null) : null;
    if (id === null) return Promise.resolve(true);
    const key = JSON.stringify([row.scope, id]);
    const known = this.#known.get(key) ?? hasRow(this.#place, { ...row, narrow: row.narrow.slice(0, -1) }, id);
    this.#known.set(key, known);
    return known;
  }
}
