/**
 * The page of one row: its cells, the rows that link to it, and its history over the nights. Pure: data in, HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { count, countOf } from "../../ui/text/count.ts";
import { parseExact, stringifyExact } from "../../json/exact_json.ts";
import { rowIdText } from "../../value/row_id.ts";
import { isPicked, pickedText, withoutPicked } from "../address/basket.ts";
import { hrefOf, type PagePlace } from "../address/place.ts";
import type { CellView, MediumView } from "../model/cell_view.ts";
import { cellMarkup, linkMarkup, mediumHref, mediumName, mediumSize, timeMarkup } from "../parts/cell_markup.ts";
import { type Frame, hiddenFields, type PageBody } from "../parts/page_frame.ts";
import type { Backlinks, RowCell, RowPageData } from "../queries/row_page_data.ts";

/** The page of a row; `life` is its part about other nights, if there are any. */
export function rowPage(frame: Frame, data: RowPageData, secrets: boolean, life: Markup | null): PageBody {
  const { place } = frame;
  const { table: { plan }, row, label } = data;
  const id = rowIdText(plan.tableId, row);
  return {
    title: label ?? id,
    current: plan.tableId,
    body: html`
      <p class="crumbs"><a href="${hrefOf(place, ["table", plan.tableId])}" dir="auto">${plan.table.name}</a></p>
      <div class="head">
        <h1 dir="auto">${label ?? id}</h1>
        <p class="quiet"><code class="copy" id="row-id">${id}</code> ${neighbours(place, data)}</p>
      </div>
      ${basketForm(frame, data)}
      <dl class="cells">${data.cells.map((cell) => cellEntry(place, data, cell, secrets))}</dl>
      ${backlinksMarkup(place, id, data.backlinks)}
      ${life ?? html``}
    `,
  };
}

function neighbours(place: PagePlace, { table: { plan }, previous, next }: RowPageData): Markup {
  const link = (row: string | null, text: string, rel: string) =>
    row === null ? html`` : html`
      · <a rel="${rel}" href="${hrefOf(place, ["row", plan.tableId, row])}">${text}</a>
    `;
  return html`${link(previous, "previous row", "prev")}${link(next, "next row", "next")}`;
}

function basketForm({ place, night }: Frame, { table: { plan }, row }: RowPageData): Markup {
  const picked = { night, table: plan.tableId, row };
  if (isPicked(place.basket, picked)) {
    const without = { ...place, basket: withoutPicked(place.basket, picked) };
    return html`<p class="acts">In the basket. <a href="${hrefOf(place, ["basket"])}">See it</a> · <a href="${
      hrefOf(without, ["row", plan.tableId, row])
    }">Take it out</a></p>`;
  }
  return html`
    <form class="acts"
      action="/basket/add">${hiddenFields(
        place,
      )}<input type="hidden" name="night" value="${night}"><input type="hidden" name="row" value="${pickedText(
        picked,
      )}"><button>Put this row into the basket</button></form>
  `;
}

function cellEntry(place: PagePlace, data: RowPageData, cell: RowCell, secrets: boolean): Markup {
  const { table: { plan }, row } = data;
  const toggle = cell.secret
    ? html`
      <a class="quiet" href="${hrefOf(place, ["row", plan.tableId, row], {
        secrets: secrets ? null : "show",
      })}">${secrets ? "hide" : "show"}</a>
    `
    : html``;
  return html`
    <div>
      <dt><span dir="auto">${cell.name === "" ? "(no name)" : cell.name}</span>${toggle}</dt>
      <dd class="${cell.view.kind}">${fullCell(place, data, cell)}</dd>
    </div>
  `;
}

function fullCell(place: PagePlace, data: RowPageData, { view, index, preview }: RowCell): Markup {
  switch (view.kind) {
    case "text":
      if (view.text.trim() === "") return cellMarkup(place, view);
      return html`<div class="prose" dir="auto">${view.text}</div>${restOf(place, data, view, index)}`;
    case "json":
      return html`<pre dir="ltr" tabindex="0">${view.isCut ? view.text : indented(view.text)}</pre>${
        restOf(place, data, view, index)
      }`;
    case "time":
      return html`${timeMarkup(view.text)} <span class="quiet">stored as ${view.text}</span>`;
    case "absent":
      return html`<span class="absent">not in the file</span> <span class="quiet" dir="auto">${view.reason}</span>`;
    case "medium":
      return mediumMarkup(place, view.medium, preview);
    default:
      return cellMarkup(place, view);
  }
}

function restOf(place: PagePlace, { table: { plan }, row }: RowPageData, view: CellView, index: number): Markup {
  if (!("isCut" in view) || !view.isCut) return html``;
  return html`<p class="quiet">This is its beginning. <a href="${
    hrefOf({ ...place, basket: [] }, ["text", plan.tableId, row, index])
  }">Save the whole text</a></p>`;
}

/** JSON with line breaks. It stays unchanged when it is not JSON, or when blanks would make it much longer. */
function indented(text: string): string {
  try {
    const lines = stringifyExact(parseExact(text), 2);
    return lines.length > 3 * text.length + 200 ? text : lines;
  } catch {
    return text;
  }
}

function mediumMarkup(place: PagePlace, medium: MediumView, preview: string | null): Markup {
  const name = mediumName(medium);
  const href = mediumHref(place, medium);
  const save = mediumHref(place, medium, { save: "yes" });
  const facts = html`<p class="file"><span dir="auto">${name}</span> <span class="quiet">${
    medium.contentType ?? "no type"
  }, ${mediumSize(medium)}</span>${
    medium.shape === null ? html`` : html`
      <a href="${save}" download>Save</a>
    `
  }</p>`;
  switch (medium.shape) {
    case "image":
      return html`<a href="${href}"><img class="picture" src="${href}" alt="${name}" decoding="async"></a>${facts}`;
    case "audio":
      return html`<audio controls preload="none" src="${href}"></audio>${facts}`;
    case "video":
      return html`<video controls preload="none" src="${href}"></video>${facts}`;
    case "text": {
      const shown = preview === null || preview === "" ? html`` : html`<pre dir="auto" tabindex="0">${preview}</pre>`;
      return html`${shown}<p><a href="${href}">Open ${name}</a></p>${facts}`;
    }
    case "pdf":
      return html`<p><a href="${href}">Open ${name}</a></p>${facts}`;
    case "other":
    case null:
      return facts;
  }
}

function backlinksMarkup(place: PagePlace, id: string, backlinks: readonly Backlinks[]): Markup {
  if (backlinks.length === 0) return html``;
  return html`<section aria-labelledby="links"><h2 id="links">What links here</h2>
${
    backlinks.map(({ table, tableName, column, columnName, count: rows, rows: listed }) => {
      const all = hrefOf(place, ["table", table], { [`o${column}`]: "to", [`f${column}`]: id });
      return html`<h3><a href="${all}"><span dir="auto">${tableName}</span></a> <span class="quiet">${
        countOf(rows, "row")
      } by <span dir="auto">${columnName}</span></span></h3>
<ul class="rows">${listed.map((row) => html`<li>${linkMarkup(place, row)}</li>`)}${
        rows > listed.length ? html`<li><a href="${all}">all ${count(rows)}</a></li>` : html``
      }</ul>`;
    })
  }</section>`;
}
