/**
 * What all pages have around them: head, search, tables, basket, foot. Pure: data in, HTML out; the template escapes
 * all text.
 */
import { html, type Markup } from "./markup.ts";
import { count } from "../../ui/text/count.ts";
import { hrefOf, type PagePlace, placeFields } from "../address/place.ts";

/** A table in the list beside a page. */
export interface TableLink {
  readonly id: number;
  readonly name: string;
  /** Null if the file only lists the table. */
  readonly rows: number | null;
  /** How many more or fewer rows than the night before; null when that is not known. */
  readonly change: number | null;
}

/** A night that can be chosen. */
interface NightOption {
  readonly key: string;
  readonly label: string;
}

/** A night that the reader can choose. */
export interface Frame {
  readonly place: PagePlace;
  /** Name of the app, or of the file. */
  readonly app: string;
  readonly tables: readonly TableLink[];
  /** Nights to choose from, the newest first; one or none for a single file. */
  readonly nights: readonly NightOption[];
  /** Key of the night that is shown. */
  readonly night: string;
  readonly zone: string;
}

/** The part of a page inside the frame. */
export interface PageBody {
  readonly title: string;
  readonly body: Markup;
  /** The entry of the menus that it belongs to: a table's id, or a word. */
  readonly current?: number | string;
  /** The text in the search field. */
  readonly search?: string;
}

/** Fields that keep a reader's place in a form. */
export function hiddenFields(place: PagePlace): readonly Markup[] {
  return placeFields(place).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** The beginning of a page; the page's own part can follow in pieces. */
export function frameStart(frame: Frame, page: Omit<PageBody, "body">): Markup {
  const { place, app } = frame;
  const picked = place.basket.length;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${page.title} · ${app}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/page.css">
        <script src="/assets/page.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the page</a>
        <header class="top">
          <a class="brand"
            href="${hrefOf(
              place,
              [],
            )}"><svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true"><rect x="3" y="4" width="26" height="24" rx="6" class="mark-back"></rect><path d="M9 12h14M9 17h14M9 22h8" class="mark-lines"></path></svg><span dir="auto">${app}</span></a>
          <form class="search" action="/search" role="search">
    <label class="unseen" for="q">Search all tables</label>
    <input id="q" name="q" type="search" placeholder="Search all tables" value="${page.search ??
      ""}" autocomplete="off" spellcheck="false" maxlength="200">
    ${hiddenFields(place)}
    <button>Search</button>
          </form>
          <nav class="menu" aria-label="Pages">
    ${menuLink(place, page.current, "files", "Files")}
    ${menuLink(place, page.current, "compare", "Compare", frame.nights.length > 1)}
    ${menuLink(place, page.current, "health", "Health")}
    <a href="${hrefOf(place, ["basket"])}" class="basket" ${currentAttribute(
      page.current === "basket",
    )}>Put back <span class="badge${picked > 0 ? " some" : ""}" id="basket-count">${picked}</span></a>
          </nav>
        </header>
        <div class="columns">
          <aside>
            <details class="side" open>
    <summary>Tables <span class="quiet">${frame.tables.length}</span></summary>
    ${nightForm(frame)}
    <nav aria-label="Tables"><ul class="tables">
    ${frame.tables.map((table) => tableEntry(place, table, page.current))}
    </ul></nav>
    <p class="small"><a href="${hrefOf(place, ["details"])}" ${currentAttribute(
      page.current === "details",
    )}>Details of this backup</a></p>
            </details>
          </aside>
          <main id="main" tabindex="-1">
  `;
}

/** The end of a page, after its own part. */
export function frameEnd(frame: Frame): Markup {
  return html`
    </main>
    </div>
    <footer>Read-only: nothing here can change the backup or the app. Times are shown in ${frame
      .zone}. Keys: <kbd>/</kbd> search, arrows and <kbd>Enter</kbd> in tables.</footer>
    </body>
    </html>
  `;
}

/** A whole page. */
export function framedPage(frame: Frame, page: PageBody): Markup {
  return html`${frameStart(frame, page)}${page.body}${frameEnd(frame)}`;
}

function currentAttribute(isCurrent: boolean): Markup {
  return isCurrent ? html`aria-current="page"` : html``;
}

function menuLink(place: PagePlace, current: number | string | undefined, path: string, text: string, wanted = true) {
  return wanted ? html`<a href="${hrefOf(place, [path])}" ${currentAttribute(current === path)}>${text}</a>` : html``;
}

function nightForm({ place, nights, night }: Frame): Markup {
  if (nights.length < 2) return html``;
  const others = placeFields({ ...place, night: null }).map(([name, value]) =>
    html`<input type="hidden" name="${name}" value="${value}">`
  );
  return html`<form class="night" action="/night">
<label for="at">Night</label>
<select id="at" name="at">${
    nights.map(({ key, label }) =>
      html`<option value="${key}" ${key === night ? html`selected` : html``}>${label}</option>`
    )
  }</select>
${others}<button>Show</button>
</form>`;
}

function tableEntry(place: PagePlace, { id, name, rows, change }: TableLink, current: PageBody["current"]): Markup {
  const label = name === "" ? "(no name)" : name;
  if (rows === null) return html`<li class="quiet"><span dir="auto">${label}</span> <span>not in the file</span></li>`;
  return html`<li><a href="${hrefOf(place, ["table", id])}" ${
    currentAttribute(current === id)
  }><span dir="auto">${label}</span> <span class="count">${count(rows)}${changeMark(change)}</span></a></li>`;
}

function changeMark(change: number | null): Markup {
  if (change === null || change === 0) return html``;
  const text = change > 0 ? `+${count(change)}` : `−${count(-change)}`;
  return html`
    <span class="${change > 0 ? "more" : "fewer"}" title="since the night before">${text}</span>
  `;
}
