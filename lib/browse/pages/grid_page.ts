/**
 * The page of a table: its rows, the order, filters of columns, and links to the pages before and after. Pure: data in,
 * HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { count, countOf } from "../../ui/text/count.ts";
import { rowIdText } from "../../value/row_id.ts";
import { isPicked, pickedText } from "../address/basket.ts";
import { type Filter, type FilterOp, type GridView, OPS_OF, takesValue, viewQuery } from "../address/grid_view.ts";
import { hrefOf } from "../address/place.ts";
import { labelColumns } from "../../label/row_label.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { CellView } from "../model/cell_view.ts";
import { cellMarkup } from "../parts/cell_markup.ts";
import { type Frame, hiddenFields, type PageBody } from "../parts/page_frame.ts";
import type { GridColumn, GridPage, GridRow } from "../queries/grid_rows.ts";

/** Words for what a filter asks for. */
const OP_WORDS: Readonly<Record<FilterOp, string>> = {
  has: "contains",
  is: "is",
  from: "from",
  until: "up to",
  yes: "is yes",
  no: "is no",
  to: "links to",
  empty: "is empty",
  full: "is not empty",
};

/** The page of a table as HTML. */
export function gridPage(frame: Frame, page: GridPage, view: GridView): PageBody {
  const { plan } = page.table;
  const name = plan.table.name;
  return {
    title: name,
    current: plan.tableId,
    body: html`
      <div class="head">
        <h1 dir="auto">${name}</h1>
        <p class="quiet">${rowsText(page)}${view.filters.length > 0
          ? " in all"
          : ""}${page.table.state === "schema-only" ? ", rows were not copied" : ""}</p>
      </div>
      ${page.problems.map((problem) => html`<p class="notice" role="status">${problem}</p>`)}
      ${filterForm(frame, page, view)}
      ${columnPager(frame, page, view)}
      ${page.rows.length === 0 ? emptyText(view) : rowsForm(frame, page, view)}
      ${pager(frame, page, view)}
    `,
  };
}

function rowsText({ table: { rowsCopied } }: GridPage): string {
  return rowsCopied === null ? "" : countOf(rowsCopied, "row");
}

function emptyText({ filters, cursor }: GridView): Markup {
  if (filters.length > 0) return html`<p class="nothing">No row is like that.</p>`;
  return html`<p class="nothing">${cursor === null ? "This table has no rows." : "No more rows."}</p>`;
}

function rowsForm(frame: Frame, page: GridPage, view: GridView): Markup {
  const { place } = frame;
  const { plan } = page.table;
  return html`<form action="/basket/add">
${hiddenFields(place)}<input type="hidden" name="night" value="${frame.night}">
<div class="scroll" tabindex="0" role="region" aria-label="Rows of ${plan.table.name}">
<table class="grid">
<thead><tr><th class="tick" scope="col"><span class="unseen">Put back</span></th>
${page.columns.map((column) => heading(frame, page, view, column))}
<th class="id" scope="col">id</th></tr></thead>
<tbody>
${page.rows.map((row) => rowMarkup(frame, page, row))}
</tbody></table></div>
<p class="acts"><button class="put">Put ticked rows into the basket</button></p>
</form>`;
}

function heading(frame: Frame, page: GridPage, view: GridView, column: GridColumn): Markup {
  const name = column.name === "" ? "(no name)" : column.name;
  const href = (change: Partial<GridView>) =>
    hrefOf(frame.place, ["table", page.table.plan.tableId], viewQuery(view, { cursor: null, ...change }));
  if (column.secret) {
    return html`
      <th scope="col"
        class="secret"><span dir="auto">${name}</span> <a class="quiet" href="${href({
          secrets: !view.secrets,
        })}">${view.secrets ? "hide" : "show"}</a></th>
    `;
  }
  if (!column.sortable) return html`<th scope="col"><span dir="auto">${name}</span></th>`;
  const isSorted = view.sort?.column === column.index;
  const falls = isSorted && view.sort?.descending === true;
  const sort = falls ? null : { column: column.index, descending: isSorted };
  const hint = !isSorted ? "sort" : falls ? "back to the order of ids" : "sort the other way";
  return html`
    <th scope="col" aria-sort="${isSorted ? (falls ? "descending" : "ascending") : "none"}"
      class="${isNumeric(column) ? "number" : ""}"><a href="${href({
        sort,
      })}" title="${hint}"><span dir="auto">${name}</span>${isSorted
        ? html`
          <span aria-hidden="true">${falls ? "▼" : "▲"}</span>
        `
        : html``}</a></th>
  `;
}

function isNumeric({ kind }: GridColumn): boolean {
  return kind === "number";
}

function rowMarkup({ place, night }: Frame, { table, columns }: GridPage, { row, cells }: GridRow): Markup {
  const table_ = table.plan.tableId;
  const picked = { night, table: table_, row };
  const id = rowIdText(table_, row);
  const href = hrefOf(place, ["row", table_, row]);
  const named = naming(columns, table.plan.table.columns, cells);
  return html`
    <tr
      data-href="${href}"><td class="tick"><input type="checkbox" name="row" value="${pickedText(
        picked,
      )}" aria-label="Put ${id} back" ${isPicked(place.basket, picked) ? html`checked` : html``}></td>
    ${cells.map((cell, at) => {
      const column = columns[at];
      const kind = column !== undefined && isNumeric(column) ? "number" : cell.kind;
      // The cell with the row's label is a link to the row.
      const isName = at === named;
      return html`<td class="${kind}">${
        isName ? html`<a href="${href}">${cellMarkup(place, cell)}</a>` : cellMarkup(place, cell)
      }</td>`;
    })}
    <td class="id"><a href="${href}">${id}</a></td></tr>
  `;
}

/** Place of the cell with the row's label; -1 when there is none. */
function naming(shown: readonly GridColumn[], all: readonly ColumnSchema[], cells: readonly CellView[]): number {
  const places = labelColumns(all).map((index) => shown.findIndex((column) => column.index === index));
  return places.find((at) => {
    const cell = cells[at];
    return cell?.kind === "text" && cell.text.trim() !== "";
  }) ?? -1;
}

function filterForm(frame: Frame, page: GridPage, view: GridView): Markup {
  const { place } = frame;
  const { plan } = page.table;
  const columns = page.allColumns.filter(({ secret }) => !secret);
  if (columns.length === 0) return html``;
  const keep = Object.entries(viewQuery(view, { filters: [], cursor: null })).filter(([, value]) => value !== null);
  return html`<div class="filters">
${view.filters.map((filter) => filterChip(frame, page, view, filter))}
<details class="filter"><summary>Filter</summary>
<form action="/table/${plan.tableId}">
${hiddenFields(place)}${keep.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<div class="fields">${columns.slice(0, 60).map((column) => filterField(column, view))}</div>
<p class="acts"><button>Show these rows</button></p>
</form></details></div>`;
}

function filterField({ index, name, kind }: GridColumn, view: GridView): Markup {
  const filter = view.filters.find(({ column }) => column === index);
  const ops = OPS_OF[kind];
  const needsValue = ops.some(takesValue);
  const placeholder = kind === "date" || kind === "datetime" ? "2026-11-28" : kind.startsWith("link") ? "[102,24]" : "";
  return html`<div class="field"><span class="name" id="n${index}" dir="auto">${name}</span>
<select name="o${index}" aria-labelledby="n${index}">${needsValue ? html`` : html`<option value=""></option>`}${
    ops.map((op) => html`<option value="${op}" ${filter?.op === op ? html`selected` : html``}>${OP_WORDS[op]}</option>`)
  }</select>
${
    needsValue
      ? html`
        <input name="f${index}" value="${filter?.value ?? ""}" aria-labelledby="n${index}" placeholder="${placeholder}"
          autocomplete="off">
      `
      : html`<span></span>`
  }</div>`;
}

function filterChip(frame: Frame, page: GridPage, view: GridView, filter: Filter): Markup {
  const column = page.allColumns[filter.column];
  if (column === undefined || column.secret) return html``;
  const others = view.filters.filter((one) => one !== filter);
  const without = viewQuery(view, { filters: others, cursor: null });
  const text = [column.name, OP_WORDS[filter.op], filter.value].filter((part) => part !== "").join(" ");
  return html`
    <span
      class="chip"><span dir="auto">${text}</span> <a href="${hrefOf(
        frame.place,
        ["table", page.table.plan.tableId],
        without,
      )}" aria-label="Remove the filter ${text}">×</a></span>
  `;
}

function columnPager(frame: Frame, page: GridPage, view: GridView): Markup {
  const { allColumns, columns, columnsOfPage } = page;
  if (allColumns.length <= columnsOfPage) return html``;
  const href = (firstColumn: number) =>
    hrefOf(frame.place, ["table", page.table.plan.tableId], viewQuery(view, { firstColumn }));
  const first = view.firstColumn;
  return html`<p class="quiet">Columns ${count(first + 1)} to ${count(first + columns.length)} of ${
    count(allColumns.length)
  }. ${
    first > 0
      ? html`
        <a href="${href(Math.max(0, first - columnsOfPage))}">Columns before</a>
      `
      : html``
  }${
    first + columns.length < allColumns.length
      ? html`<a href="${href(first + columnsOfPage)}">More columns</a>`
      : html``
  }</p>`;
}

function pager(frame: Frame, page: GridPage, view: GridView): Markup {
  const href = (side: "after" | "before", rowid: string) =>
    hrefOf(frame.place, ["table", page.table.plan.tableId], viewQuery(view, { cursor: { side, rowid } }));
  const first = hrefOf(frame.place, ["table", page.table.plan.tableId], viewQuery(view, { cursor: null }));
  if (page.before === null && page.after === null && view.cursor === null) return html``;
  return html`<nav class="pager" aria-label="Pages of rows">
${view.cursor === null ? html`` : html`<a href="${first}">First</a>`}
${page.before === null ? html`` : html`<a rel="prev" href="${href("before", page.before)}">Previous</a>`}
${page.after === null ? html`` : html`<a rel="next" href="${href("after", page.after)}">Next</a>`}
</nav>`;
}
