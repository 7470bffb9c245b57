/**
 * The results of a search, table by table. The page is sent in pieces, so that a reader sees the first results while
 * the search goes on. Pure: data in, HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { countOf } from "../../ui/text/count.ts";
import { rowIdText } from "../../value/row_id.ts";
import { hrefOf, type PagePlace } from "../address/place.ts";
import { linkMarkup } from "../parts/cell_markup.ts";
import type { Hit } from "../queries/search_tables.ts";

/** What is above the results. */
export function searchHead(text: string): Markup {
  if (text === "") {
    return html`
      <div class="head">
        <h1>Search</h1>
      </div>
      <p>Write what to look for into the field above: a name, a part of a text, a number, or a row id such as <code>[102,24]</code>.</p>
    `;
  }
  return html`
    <div class="head">
      <h1>Search: <span dir="auto">${text}</span></h1>
    </div>
  `;
}

/** Rows of one table, as far as they are found. */
export function searchSection(
  place: PagePlace,
  table: { readonly id: number; readonly name: string },
  hits: readonly Hit[],
  isFirst: boolean,
): Markup {
  const heading = html`
    <h2><a href="${hrefOf(place, ["table", table.id])}" dir="auto">${table.name}</a></h2>
  `;
  return html`
    ${isFirst ? heading : html``}<ul class="hits">${hits.map(({ row, column, before, match, after }) =>
      html`
        <li>${linkMarkup(place, row)} <span class="quiet">${rowIdText(
          row.table,
          row.row,
        )} <span dir="auto">${column}</span></span><p dir="auto">${before}<mark>${match}</mark>${after}</p></li>
      `
    )}</ul>
  `;
}

/** The row, when the search was for a row's id. */
export function searchedRow(place: PagePlace, row: Hit["row"]): Markup {
  return html`
    <h2>Row</h2>
    <ul class="hits">
      <li>${linkMarkup(place, row)} <span class="quiet">${rowIdText(row.table, row.row)}</span></li>
    </ul>
  `;
}

/** What is below the results. */
export function searchEnd(found: {
  readonly hits: number;
  /** Tables of which only the first rows are listed. */
  readonly full: readonly string[];
  /** Tables that were not searched to their end. */
  readonly left: readonly string[];
}): Markup {
  const { hits, full, left } = found;
  return html`<p role="status">${hits === 0 ? "Nothing was found" : `${countOf(hits, "row")} listed`}${
    left.length === 0 ? "." : html`
      so far: time was up before all of <span
        dir="auto">${left.join(", ")}</span> was looked through. A filter of that table looks through all of it.
    `
  }</p>${
    full.length === 0
      ? html``
      : html`<p class="quiet">Only the first rows are listed of <span dir="auto">${
        full.join(", ")
      }</span>: a filter there shows all.</p>`
  }`;
}
