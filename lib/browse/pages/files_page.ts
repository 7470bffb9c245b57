/**
 * The gallery: all media, by table and type, with the rows that use them. Pure: data in, HTML out.
 */
import { html, type Markup } from "../parts/markup.ts";
import { hrefOf, type PagePlace } from "../address/place.ts";
import { linkMarkup, mediumHref, mediumName, mediumSize } from "../parts/cell_markup.ts";
import { type Frame, hiddenFields, type PageBody } from "../parts/page_frame.ts";
import { type GalleryItem, type GallerySelection, MEDIA_GROUPS } from "../queries/gallery.ts";

/** What the gallery shows. */
interface GalleryView {
  readonly selection: GallerySelection;
  readonly tables: readonly (readonly [id: number, name: string])[];
  readonly items: readonly GalleryItem[];
  /** Cursor of the next page, as in an address; null on the last page. */
  readonly next: string | null;
}

/** The gallery as a whole page of HTML. */
export function filesPage(frame: Frame, { selection, tables, items, next }: GalleryView): PageBody {
  const { place } = frame;
  const query = { table: selection.table, type: selection.group };
  return {
    title: "Files",
    current: "files",
    body: html`
      <div class="head">
        <h1>Files</h1>
      </div>
      ${tables.length === 0
        ? html`<p class="nothing">No table of this app has a column for files.</p>`
        : html`<form class="choose" action="/files">${hiddenFields(place)}
<label>Table <select name="table"><option value="">all</option>${
          tables.map(([id, name]) =>
            html`<option value="${id}" ${id === selection.table ? html`selected` : html``}>${name}</option>`
          )
        }</select></label>
<label>Type <select name="type"><option value="">all</option>${
          Object.keys(MEDIA_GROUPS).map((group) =>
            html`<option ${group === selection.group ? html`selected` : html``}>${group}</option>`
          )
        }</select></label>
<button>Show</button></form>
${
          items.length === 0
            ? html`<p class="nothing">No files here.</p>`
            : html`<p class="acts"><a class="button" href="${
              hrefOf({ ...place, basket: [] }, ["files.zip"], query)
            }" download>Save them all as a ZIP</a></p>
<ul class="gallery">${items.map((item) => figure(place, item))}</ul>`
        }`}
      ${next === null
        ? html``
        : html`<nav class="pager" aria-label="Pages of files"><a rel="next" href="${
          hrefOf(place, ["files"], { ...query, after: next })
        }">Next</a></nav>`}
    `,
  };
}

function figure(place: PagePlace, { medium, row, tableName, columnName }: GalleryItem): Markup {
  const name = mediumName(medium);
  const href = mediumHref(place, medium);
  const preview = medium.shape === "image"
    ? html`<img src="${href}" alt="" loading="lazy" decoding="async">`
    : html`<span class="type" aria-hidden="true">${(medium.contentType ?? "file").split(/[/;]/)[1] ?? "file"}</span>`;
  return html`
    <li>
      <figure>${medium.shape === null
        ? html`<span class="preview">${preview}</span>`
        : html`<a class="preview" href="${href}" tabindex="-1" aria-hidden="true">${preview}</a>`}
    <figcaption>${medium.shape === null
      ? html`<span dir="auto">${name}</span>`
      : html`<a href="${href}" dir="auto">${name}</a>`}
    <span class="quiet">${mediumSize(medium)}</span>
    <span>in ${linkMarkup(
      place,
      row,
    )}</span> <span class="quiet" dir="auto">${tableName}.${columnName}</span></figcaption></figure>
    </li>
  `;
}
