/**
 * The basket page: rows that were picked, and the command that puts them back. The page only shows the command: it asks
 * for no key, and runs nothing. Pure: data in, HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { countOf } from "../../ui/text/count.ts";
import { rowIdText } from "../../value/row_id.ts";
import { basketText, type PickedRow, withoutPicked } from "../address/basket.ts";
import { hrefOf, type PagePlace } from "../address/place.ts";
import type { RestoreCommand } from "../model/restore_command.ts";
import type { LinkedRow } from "../model/cell_view.ts";
import type { Frame, PageBody } from "../parts/page_frame.ts";

/** Rows of one night. */
export interface BasketNight {
  readonly key: string;
  /** When it was, as shown to a reader. */
  readonly label: string;
  readonly rows: readonly {
    readonly picked: PickedRow;
    readonly tableName: string;
    /** Broken if the night has no such row. */
    readonly row: LinkedRow;
  }[];
  readonly command: RestoreCommand;
}

/** The whole page as HTML. */
export function basketPage(frame: Frame, nights: readonly BasketNight[]): PageBody {
  const { place } = frame;
  const found = nights.reduce((sum, { rows }) => sum + rows.length, 0);
  const lost = place.basket.length - found;
  return {
    title: "Put back",
    current: "basket",
    body: place.basket.length === 0 ? emptyBasket() : html`
      <div class="head">
        <h1>Put back</h1>
        <p class="quiet">${countOf(place.basket.length, "row")} in the basket · <a href="${hrefOf({
          ...place,
          basket: [],
        }, ["basket"])}">Empty it</a></p>
      </div>
      <p>Nothing has been changed. Copy the command into a terminal: it first shows what it would do, and writes only when you add <code>--apply</code>. It sets the values of these rows back to those of the backup, and brings back rows that are gone, with the links to them.</p>
      ${lost === 0
        ? html``
        : html`<p class="notice" role="status">${countOf(lost, "row")} in the basket ${
          lost === 1 ? "is" : "are"
        } from nights that are not here.</p>`}
      ${nights.map((night) => nightSection(place, night, nights.length > 1))}
    `,
  };
}

function emptyBasket(): Markup {
  return html`
    <div class="head">
      <h1>Put back</h1>
    </div>
    <p
      class="nothing">The basket is empty. Tick rows in a table, or open a row and put it into the basket: this page then shows the command that puts them back into the app.</p>
  `;
}

function nightSection(place: PagePlace, { key, label, rows, command }: BasketNight, several: boolean): Markup {
  const here = { ...place, night: key };
  return html`<section><h2>${several ? `From ${label}` : "The command"}</h2>
${command.warning === null ? html`` : html`<p class="notice" role="status">${command.warning}</p>`}
${
    command.rowsFile === null ? html`` : html`
      <p>1. Save the list of rows: <a class="button" href="${hrefOf(
        { night: null, basket: [] },
        ["basket", "rows.txt"],
        {
          basket: basketText(rows.map(({ picked }) => picked)),
          night: key,
        },
      )}" download="${command.rowsFile}">${command.rowsFile}</a></p>
      <p>2. In the folder where it was saved:</p>
    `
  }
<code class="command copy" tabindex="0">${command.text}</code>
<h3>What would come back <span class="quiet">as of ${label}</span></h3>
<ul class="hits">${
    rows.map(({ picked, row, tableName }) => {
      const without = hrefOf({ ...place, basket: withoutPicked(place.basket, picked) }, ["basket"]);
      const name = row.broken
        ? html`<span class="broken">This backup has no such row</span>`
        : html`<a href="${hrefOf(here, ["row", row.table, row.row])}" dir="auto">${
          row.label ?? rowIdText(row.table, row.row)
        }</a>`;
      return html`
        <li>${name} <span class="quiet"><span dir="auto">${tableName}</span> ${rowIdText(
          picked.table,
          picked.row,
        )}</span> <a href="${without}" aria-label="Take out ${rowIdText(picked.table, picked.row)}">Take out</a></li>
      `;
    })
  }</ul></section>`;
}
