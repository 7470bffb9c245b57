/**
 * A cell as HTML. Pure: the template escapes all text, and each text is isolated so that its writing direction changes
 * nothing around it.
 */
import { html, type Markup } from "./markup.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { rowIdText } from "../../value/row_id.ts";
import { hrefOf, type PagePlace } from "../address/place.ts";
import type { CellView, LinkedRow, MediumView } from "../model/cell_view.ts";
import { localTime, momentOf } from "./local_time.ts";

/** A cell in a table. */
export function cellMarkup(place: PagePlace, cell: CellView): Markup {
  switch (cell.kind) {
    case "empty":
      return html`<span class="none" aria-label="empty">–</span>`;
    case "hidden":
      return html`<span class="none">hidden</span>`;
    case "absent":
      return html`<span class="absent" title="${cell.reason}">not in the file</span>`;
    case "text":
      return cell.text.trim() === ""
        ? html`<span class="none">${cell.text === "" ? "empty text" : "blanks"}</span>`
        : html`<span dir="auto">${cell.text}${cell.isCut ? "…" : ""}</span>`;
    case "json":
      return html`<code dir="ltr">${cell.text}${cell.isCut ? "…" : ""}</code>`;
    case "number":
    case "date":
      return html`${cell.text}`;
    case "time":
      return timeMarkup(cell.text);
    case "bool":
      return cell.value
        ? html`<span class="yes" role="img" aria-label="yes" title="yes">✓</span>`
        : html`<span class="no" role="img" aria-label="no" title="no">✗</span>`;
    case "medium":
      return thumbnail(place, cell.medium);
    case "links":
      if (cell.links.length === 0) return html`<span class="none">no links</span>`;
      return html`${cell.links.map((link, at) => html`${at > 0 ? ", " : ""}${linkMarkup(place, link)}`)}${
        cell.more > 0
          ? html`
            <span class="quiet">and ${cell.more} more</span>
          `
          : html``
      }`;
  }
}

/** A stored time in local time, the stored text on hover. */
export function timeMarkup(stored: string): Markup {
  const moment = momentOf(stored);
  if (moment === null) return html`${stored}`;
  return html`<time datetime="${stored}" title="${stored}">${localTime(moment)}</time>`;
}

/** A link to a row, with its label. */
export function linkMarkup(place: PagePlace, { table, row, label, broken }: LinkedRow): Markup {
  const text = label ?? rowIdText(table, row);
  if (broken) {
    return html`<span class="broken" title="This row is not in the file"><span dir="auto">${text}</span> (gone)</span>`;
  }
  return html`<a href="${hrefOf(place, ["row", table, row])}" dir="auto">${text}</a>`;
}

/** The name of a medium, or its id. */
export function mediumName({ name, id }: MediumView): string {
  return name === null || name.trim() === "" ? `file ${id}` : name;
}

/** Address of a medium's bytes. */
export function mediumHref({ night }: PagePlace, { id }: MediumView, query: { readonly save?: string } = {}): string {
  return hrefOf({ night, basket: [] }, ["media", id], query);
}

/** Size of a medium, or why it has none. */
export function mediumSize({ bytes, shape }: MediumView): string {
  return shape === null ? "bytes not in the file" : byteSize(bytes ?? 0);
}

function thumbnail(place: PagePlace, medium: MediumView): Markup {
  const name = mediumName(medium);
  if (medium.shape === null) return html`<span class="absent" dir="auto">${name}: not in the file</span>`;
  if (medium.shape === "image") {
    return html`
      <a class="thumb" href="${mediumHref(place, medium)}"
        title="${name}"><img src="${mediumHref(
          place,
          medium,
        )}" alt="${name}" loading="lazy" decoding="async" height="40"></a>
    `;
  }
  return html`<a href="${mediumHref(place, medium)}" dir="auto">${name}</a> <span class="quiet">${
    mediumSize(medium)
  }</span>`;
}
