/**
 * The health of a backup, in plain words. Pure: data in, HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { count, countOf } from "../../ui/text/count.ts";
import { hrefOf, type PagePlace } from "../address/place.ts";
import type { Frame, PageBody } from "../parts/page_frame.ts";
import type { HealthFacts, WarningGroup } from "../queries/health_facts.ts";

/** Explanations of warnings, by their code. */
const MEANINGS: Readonly<Record<string, string>> = {
  "absent-cell": "Values that could not be read: they are empty here, whatever they are in the app",
  "late-cell": "Very large values, read after all others",
  "odd-value": "Values that did not fit their column",
  "unreadable-table": "Tables that could not be read",
  "table-gone": "Tables that went away during the backup",
  "count-differs": "Tables with another number of rows than the server counted",
  "media-failed": "Files that could not be fetched",
  "media-gone": "Files that are no longer in the app",
  "media-not-permitted": "Files that this key may not read",
  "looks-wrong": "Something looks wrong, compared with the backup before",
  "renamed-table": "Tables with another name in SQLite",
  "renamed-column": "Columns with another name in SQLite",
  "missing-target": "Links to tables that are not in this backup",
};

/** What is known of the nights together. */
export interface NightFacts {
  readonly isComplete: boolean;
  readonly sameMoment: boolean;
  /** Sentences about nights without a backup and the like. */
  readonly missing: readonly string[];
  readonly notInside: readonly string[];
}

/** The whole page as HTML. */
export function healthPage(frame: Frame, facts: HealthFacts, night: NightFacts): PageBody {
  const { place } = frame;
  const wrong = facts.warnings.filter(({ incomplete }) => incomplete);
  const notes = facts.warnings.filter(({ incomplete }) => !incomplete);
  const fine = night.isComplete && wrong.length === 0;
  return {
    title: "Health",
    current: "health",
    body: html`
      <div class="head">
        <h1>Health</h1>
      </div>
      <ul class="facts">
      <li class="${fine ? "good" : "bad"}">${fine
        ? "Complete: everything that was asked for is in this backup."
        : "Incomplete: something that was asked for is not in this backup."}</li>
      <li class="${night.sameMoment ? "good" : "odd"}">All rows from the same moment: ${night.sameMoment
        ? "yes"
        : "no"}.</li>
      <li class="${facts.brokenLinks.count === 0 ? "good" : "odd"}">${facts.brokenLinks.count === 0
        ? "No broken links."
        : `${
          countOf(facts.brokenLinks.count, "broken link")
        }: rows that link to rows which are gone. They are so in the app too.`}</li>
      ${mediaLine(facts)}
      ${night.missing.map((sentence) => html`<li class="odd">${sentence}</li>`)}
      </ul>
      <p
        class="quiet">This page reads what the backup says of itself. <code>anvil-sqlite verify</code> checks every byte of it.</p>
      ${wrong.length === 0 ? html`` : html`<h2>What is missing</h2>${wrong.map((group) => warningGroup(place, group))}`}
      ${brokenLinks(place, facts)}
      ${notes.length === 0 ? html`` : html`<h2>Notes</h2>${notes.map((group) => warningGroup(place, group))}`}
      <h2>Never in a backup of this kind</h2>
      <ul>${night.notInside.map((what) => html`<li>${what}</li>`)}</ul>
    `,
  };
}

function mediaLine({ mediaMissing: { skipped, failed } }: HealthFacts): Markup {
  if (skipped + failed === 0) return html`<li class="good">All files are in it.</li>`;
  const parts = [
    ...failed > 0 ? [`${countOf(failed, "file")} could not be had`] : [],
    ...skipped > 0 ? [`${countOf(skipped, "file")} ${skipped === 1 ? "was" : "were"} left out on request`] : [],
  ];
  return html`<li class="${failed > 0 ? "bad" : "odd"}">${parts.join(", ")}.</li>`;
}

function warningGroup(place: PagePlace, { code, count: all, lines }: WarningGroup): Markup {
  return html`
    <details class="warnings">
      <summary>${MEANINGS[code] ?? `Notes of kind “${code}”`} <span class="quiet">${count(all)}</span></summary>
      <ul>${lines.map(({ message, row }) =>
        html`<li><span dir="auto">${message}</span>${
          row === null ? html`` : html`
            <a href="${hrefOf(place, ["row", row.table, row.row])}">the row</a>
          `
        }</li>`
      )}${all > lines.length ? html`<li class="quiet">and ${count(all - lines.length)} more</li>` : html``}</ul>
    </details>
  `;
}

function brokenLinks(place: PagePlace, { brokenLinks: { count: all, listed } }: HealthFacts): Markup {
  if (all === 0) return html``;
  return html`
    <h2>Broken links</h2>
    <details class="warnings">
      <summary>Rows that link to rows which are gone <span class="quiet">${count(all)}</span></summary>
      <ul>${listed.map(({ table, column, holder, target }) =>
        html`<li><span dir="auto">${table}.${column}</span>: ${
          holder === null
            ? html`a row`
            : html`<a href="${hrefOf(place, ["row", holder.table, holder.row])}">[${holder.table},${holder.row}]</a>`
        } links to ${target}</li>`
      )}${all > listed.length ? html`<li class="quiet">and ${count(all - listed.length)} more</li>` : html``}</ul>
    </details>
  `;
}
