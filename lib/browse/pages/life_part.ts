/**
 * The history of a row, as a part of its page. Pure: data in, HTML out.
 */
import { hrefOf, type PagePlace } from "../address/place.ts";
import { changeMarkup } from "../parts/change_markup.ts";
import { html, type Markup } from "../parts/markup.ts";
import type { RowEvent } from "../../history/row_event.ts";

/** Words for what happened. */
const WORDS = {
  first: "there already in the oldest backup that was looked at",
  added: "added",
  changed: "changed",
  deleted: "gone",
} as const;

/** What the history of a row shows. */
interface LifeView {
  readonly events: readonly RowEvent[];
  /** How many nights were looked at, and how many there are. */
  readonly looked: number;
  readonly all: number;
  /** The label of a night, by its key. */
  readonly labelOf: (night: string) => string;
  /** Key of the newest night. */
  readonly newest: string;
}

/** The history of a row as HTML, for its page. */
export function lifePart(
  place: PagePlace,
  table: number,
  row: string,
  view: LifeView,
  nameOf: (link: string) => string,
): Markup {
  const { events, looked, all, labelOf, newest } = view;
  return html`
    <section aria-labelledby="life">
      <h2 id="life">Its life <span class="quiet">over ${looked} ${looked === 1 ? "night" : "nights"}${looked < all
        ? ` of ${all}`
        : ""}</span></h2>
      <ol class="life">${events.toReversed().map(({ snapshot: { name: night }, kind, cells }) => {
        const there = { ...place, night: night === newest ? null : night };
        const when = kind === "deleted"
          ? html`${labelOf(night)}`
          : html`<a href="${hrefOf(there, ["row", table, row])}">${labelOf(night)}</a>`;
        return html`
          <li>${when} <span class="quiet">${WORDS[kind]}</span>${kind !== "changed"
            ? html``
            : html`<ul>${cells.map((cell) => html`<li>${changeMarkup(cell, nameOf)}</li>`)}</ul>`}</li>
        `;
      })}</ol>
    </section>
  `;
}
