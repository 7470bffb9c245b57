/**
 * All facts about the backup itself: where it comes from, and the state of each table. Pure: data in, HTML out.
 */
import { html } from "../parts/markup.ts";
import { count } from "../../ui/text/count.ts";
import { hrefOf } from "../address/place.ts";
import type { Frame, PageBody } from "../parts/page_frame.ts";
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";

/** What the page shows. */
export interface BackupDetails {
  /** As the reader named it. */
  readonly source: string;
  /** Facts of the provenance, shortened to fit. */
  readonly provenance: readonly (readonly [key: string, value: string])[];
  readonly tables: readonly CatalogueTable[];
}

/** Words for the states of a table. */
const STATES = {
  "copied": "copied",
  "schema-only": "only its columns",
  "excluded": "left out on request",
  "unreadable": "could not be read",
} as const;

/** The whole page as HTML. */
export function detailsPage(frame: Frame, { source, provenance, tables }: BackupDetails): PageBody {
  return {
    title: "Details",
    current: "details",
    body: html`
      <div class="head">
        <h1>Details of this backup</h1>
        <p class="quiet" dir="auto">${source}</p>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Tables">
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col">State</th>
              <th scope="col" class="number">Rows</th>
              <th scope="col" class="number">Counted by the server</th>
              <th scope="col">Digest</th>
            </tr>
          </thead>
          <tbody>${tables.map(({ plan, state, rowsCopied, rowsServer, digest }) =>
            html`
              <tr>
                <td>${plan.sqlName === ""
                  ? html`<span dir="auto">${plan.table.name}</span>`
                  : html`<a href="${
                    hrefOf(frame.place, ["table", plan.tableId])
                  }" dir="auto">${plan.table.name}</a>`}</td>
                <td>${STATES[state]}</td>
                <td class="number">${rowsCopied === null ? "–" : count(rowsCopied)}</td>
                <td class="number">${rowsServer === null ? "–" : count(rowsServer)}</td>
                <td><code>${digest === null ? "–" : `${digest.slice(0, 16)}…`}</code></td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
      <h2>Where it comes from</h2>
      <dl class="cells">${provenance.map(([key, value]) =>
        html`
          <div>
            <dt>${key}</dt>
            <dd>
              <div class="prose" dir="auto">${value === "" ? "–" : value}</div>
            </dd>
          </div>
        `
      )}</dl>
    `,
  };
}
