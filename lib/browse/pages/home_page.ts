/**
 * The first page: how the last backup is, the nights before it, and the tables. Pure: data in, HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { count, countOf } from "../../ui/text/count.ts";
import { hrefOf } from "../address/place.ts";
import type { Library, Night } from "../model/night.ts";
import { localTime, timeAgo } from "../parts/local_time.ts";
import { nightPlots, nightStrip } from "../parts/night_strip.ts";
import type { Frame, PageBody } from "../parts/page_frame.ts";

/** What the first page shows. */
export interface HomeFacts {
  readonly library: Library;
  readonly night: Night;
  readonly media: { readonly stored: number; readonly bytes: number };
  readonly warnings: number;
  readonly brokenLinks: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The whole page as HTML. */
export function homePage(frame: Frame, facts: HomeFacts): PageBody {
  const { library, night, media, now } = facts;
  const held = frame.tables.filter(({ rows }) => rows !== null);
  const rows = held.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
  return {
    title: "Home",
    current: "home",
    body: html`
      <div class="head">
        <h1 dir="auto">${frame.app}</h1>
        <p class="quiet" dir="auto">${library.source}</p>
      </div>
      <section class="hero" aria-label="This backup">
        <p class="quiet">${night.key === library.newest
          ? (library.nights.length > 1 ? "Last good backup" : "This backup")
          : "An older backup"}</p>
        <p class="verdict"><strong>${night.start === null
          ? "No time is known"
          : localTime(new Date(night.start))}</strong>${night.start === null ? html`` : html`
          <span class="quiet">${timeAgo(new Date(night.start), now)}</span>
        `}</p>
        <p>${verdict(facts)}</p>
        <dl><div><dt>Tables</dt><dd>${count(held.length)}</dd></div><div><dt>Rows</dt><dd>${count(
          rows,
        )}</dd></div><div><dt>Files</dt><dd>${media.stored === 0
          ? "none"
          : html`${count(media.stored)}, ${byteSize(media.bytes)}`}</dd></div>${night.bytes === null ? html`` : html`
          <div>
            <dt>Size</dt>
            <dd>${byteSize(night.bytes)}</dd>
          </div>
        `}</dl>
      </section>
      ${library.nights.length < 2 ? html`` : html`<section aria-labelledby="nights"><h2 id="nights">Nights</h2>
${nightStrip(frame, library)}
${nightPlots(library.nights)}</section>`}
      <h2>Tables</h2>
      ${frame.tables.length === 0
        ? html`<p class="nothing">This app has no tables.</p>`
        : html`<ul class="cards">${
          held.map(({ id, name, rows }) =>
            html`<li><a href="${hrefOf(frame.place, ["table", id])}"><strong dir="auto">${
              name === "" ? "(no name)" : name
            }</strong><span class="quiet">${countOf(rows ?? 0, "row")}</span></a></li>`
          )
        }</ul>`}
    `,
  };
}

function verdict({ library, night, warnings, brokenLinks, now }: HomeFacts): Markup {
  const proven = night.key === library.newest ? library.proven : null;
  const parts = [
    night.complete ? html`<span class="more">Complete</span>` : html`<span class="fewer">Incomplete</span>`,
    html`all rows from the same moment: ${night.sameMoment ? "yes" : "no"}`,
    ...proven === null ? [] : [html`${proven.how} ${timeAgo(new Date(proven.when), now)}`],
    ...night.looksWrong.map((sentence) => html`<span class="fewer" dir="auto">${sentence}</span>`),
    ...warnings === 0 ? [] : [html`${countOf(warnings, "note")}`],
    ...brokenLinks === 0 ? [] : [html`${countOf(brokenLinks, "broken link")}`],
  ];
  return html`${parts.map((part, at) => html`${at > 0 ? " · " : ""}${part}`)}`;
}
