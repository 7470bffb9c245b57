/**
 * Two nights beside each other: what was added, deleted and changed in each table, cell by cell. It is sent in pieces,
 * as differences are found. Pure: data in, HTML out.
 */
import type { RowChange } from "../../diff/archives/row_changes.ts";
import { count } from "../../ui/text/count.ts";
import { parseRowId } from "../../value/row_id.ts";
import { isPicked, pickedText } from "../address/basket.ts";
import { hrefOf } from "../address/place.ts";
import { changeMarkup } from "../parts/change_markup.ts";
import { html, type Markup } from "../parts/markup.ts";
import { type Frame, hiddenFields } from "../parts/page_frame.ts";

/** The two nights, by their keys; the earlier one first. */
export interface ComparedNights {
  readonly a: string;
  readonly b: string;
}

/** The form that chooses the nights, and what is above the differences. */
export function compareHead(frame: Frame, nights: ComparedNights | null): Markup {
  const chooser = (name: "a" | "b", text: string) =>
    html`<label>${text} <select name="${name}">${
      frame.nights.map(({ key, label }) =>
        html`<option value="${key}" ${nights?.[name] === key ? html`selected` : html``}>${label}</option>`
      )
    }</select></label>`;
  return html`
    <div class="head">
      <h1>Compare</h1>
    </div>
    <form class="choose" action="/compare">${hiddenFields(frame.place)}${chooser("a", "From")}${chooser(
      "b",
      "To",
    )}<button>Compare</button></form>
  `;
}

/** The beginning of a table's differences. */
export function compareTable(frame: Frame, { a }: ComparedNights, name: string): Markup {
  return html`
    <section>
      <h2 dir="auto">${name}</h2>
      <form action="/basket/add">${hiddenFields(
        frame.place,
      )}<input type="hidden" name="night" value="${a}"><ul class="hits">
  `;
}

/** One row that differs. */
export function compareRow(
  frame: Frame,
  { a, b }: ComparedNights,
  change: RowChange,
  nameOf: (link: string) => string,
): Markup {
  const id = parseRowId(change.row);
  if (id === null) return html``;
  const { place } = frame;
  const night = change.change === "deleted" ? a : b;
  const text = change.label ?? change.row;
  const href = hrefOf({ ...place, night }, ["row", id.table, id.row]);
  const picked = { night: a, table: id.table, row: id.row };
  // An added row has no earlier state to go back to.
  const tick = change.change === "added" ? html`` : html`
    <span
      class="tick"><input type="checkbox" name="row" value="${pickedText(picked)}" aria-label="Put ${change
        .row} back" ${isPicked(place.basket, picked) ? html`checked` : html``}></span>
  `;
  const cells = change.change === "changed" || change.change === "returned" ? change.cells : [];
  return html`
    <li>${tick}<span class="fate ${change
      .change}">${WORDS[change.change]}</span> <a href="${href}" dir="auto">${text}</a> <span class="quiet">${change
      .row}</span>${cells.length === 0
      ? html``
      : html`<ul class="changes">${cells.map((cell) => html`<li>${changeMarkup(cell, nameOf)}</li>`)}</ul>`}</li>
  `;
}

const WORDS = { added: "added", deleted: "deleted", changed: "changed", returned: "came back" } as const;

/** The end of a table's differences. */
export function compareTableEnd(totals: Readonly<Record<keyof typeof WORDS, number>>, listed: number): Markup {
  const all = Object.values(totals).reduce((sum, one) => sum + one, 0);
  const parts = (Object.keys(WORDS) as (keyof typeof WORDS)[]).filter((fate) => totals[fate] > 0)
    .map((fate) => `${count(totals[fate])} ${WORDS[fate]}`);
  return html`
    </ul>${all > listed
      ? html`<p class="quiet">and ${count(all - listed)} more rows; <code>anvil-sqlite diff</code> lists all.</p>`
      : html``}<p
      class="acts"><button class="put">Put ticked rows into the basket</button> <span class="quiet">${parts.join(
        ", ",
      )}</span></p></form></section>
  `;
}

/** What differs in tables and columns. */
export function compareSchema(message: string): Markup {
  return html`
    <p class="notice" dir="auto">${message}</p>
  `;
}

/** What is below the differences. */
export function compareEnd(differs: boolean, tables: number): Markup {
  if (!differs) return html`<p class="nothing">Nothing differs.</p>`;
  return html`<p class="quiet" role="status">${count(tables)} ${
    tables === 1 ? "table differs" : "tables differ"
  }. A row that is put back gets the values of the earlier night.</p>`;
}
