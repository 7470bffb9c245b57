/**
 * Media with the rows that use them, table by table in the order of rows, a page at a time. It only reads.
 */
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { INT64 } from "../../value/cell.ts";
import { parseRowId } from "../../value/row_id.ts";
import type { LinkedRow, MediumView } from "../model/cell_view.ts";
import { mediumView } from "./medium_names.ts";
import type { NightFile } from "./night_file.ts";
import { labelsOfRows } from "./row_labels.ts";

/** Media on a page. */
const SHOWN = 48;

/** Types in an owner's words, with the beginning of their names. */
export const MEDIA_GROUPS = {
  images: "image/",
  audio: "audio/",
  video: "video/",
  documents: "application/",
  text: "text/",
} as const;

/** One of {@link MEDIA_GROUPS}. */
export type MediaGroup = keyof typeof MEDIA_GROUPS;

/** Which media are shown. */
export interface GallerySelection {
  /** Id of a table; null for all. */
  readonly table: number | null;
  readonly group: MediaGroup | null;
}

/** Where a page of the gallery begins: behind a row of a media column. */
export interface GalleryCursor {
  readonly table: number;
  readonly column: number;
  readonly rowid: bigint;
}

/** A medium in a row. */
export interface GalleryItem {
  readonly medium: MediumView;
  readonly sha256: string | null;
  readonly row: LinkedRow;
  readonly tableName: string;
  readonly columnName: string;
  readonly cursor: GalleryCursor;
}

/** A media column. */
interface MediaColumn {
  readonly table: number;
  readonly column: number;
}

/** Tables that have media columns, by id and name. */
export function tablesWithMedia(file: NightFile): readonly (readonly [id: number, name: string])[] {
  const ids = new Set(mediaColumns(file).map(({ table }) => table));
  return file.tables.flatMap(({ plan }) => ids.has(plan.tableId) ? [[plan.tableId, plan.table.name] as const] : []);
}

function mediaColumns(file: NightFile): readonly MediaColumn[] {
  return file.tables.flatMap(({ plan }) =>
    plan.columns.flatMap(({ column }, index) =>
      column.kind === "media" && !isSecretColumn(column) ? [{ table: plan.tableId, column: index }] : []
    )
  );
}

/** Media behind a cursor. One more than a page shows means that there is another page. */
export function readGallery(
  file: NightFile,
  selection: GallerySelection,
  cursor: GalleryCursor | null,
): { readonly items: readonly GalleryItem[]; readonly next: GalleryCursor | null } {
  const items = galleryItems(file, selection, cursor).take(SHOWN + 1).toArray();
  return { items: items.slice(0, SHOWN), next: items.length > SHOWN ? items[SHOWN - 1]?.cursor ?? null : null };
}

/** All media of a selection; it reads a limited number at a time. */
export function* galleryItems(
  file: NightFile,
  { table, group }: GallerySelection,
  cursor: GalleryCursor | null = null,
): Generator<GalleryItem> {
  let reached = cursor === null;
  for (const place of mediaColumns(file)) {
    const isHere = cursor !== null && place.table === cursor.table && place.column === cursor.column;
    reached ||= isHere;
    if (!reached || table !== null && place.table !== table) continue;
    yield* columnItems(file, place, group, isHere ? cursor.rowid : INT64.min);
  }
}

function* columnItems(
  file: NightFile,
  place: MediaColumn,
  group: MediaGroup | null,
  after: bigint,
): Generator<GalleryItem> {
  const plan = file.table(place.table)?.plan;
  const column = plan?.columns[place.column];
  if (plan === undefined || column === undefined) return;
  const [cell, rowid] = [`t.${quoteName(column.sqlName)}`, `t.${rowidAlias(plan)}`];
  const type = group === null ? "" : "AND m.content_type LIKE ?2";
  const statement = file.engine.prepare(`
    SELECT ${cell}, ${rowid}, t.${quoteName(plan.rowIdSqlName)}, m.sha256, m.name, m.content_type, m.length,
      m.state = 'stored'
    FROM ${quoteName(plan.sqlName)} AS t JOIN _anvil_media_objects AS m ON m.id = ${cell}
    WHERE ${cell} IS NOT NULL AND ${rowid} > ?1 ${type} ORDER BY ${rowid} LIMIT ${SHOWN + 1}`);
  try {
    for (let last = after;;) {
      const params: readonly SqlValue[] = group === null ? [last] : [last, `${MEDIA_GROUPS[group]}%`];
      const rows = statement.rows(params);
      const labels = labelsOfRows(file, plan, rows.map((row) => String(row[2])));
      for (const [id, at, text, sha256, ...known] of rows) {
        const row = parseRowId(String(text));
        if (typeof id !== "bigint" || typeof at !== "bigint" || row === null) return;
        last = at;
        yield {
          medium: mediumView(id, known),
          sha256: typeof sha256 === "string" ? sha256 : null,
          row: { ...row, label: labels.get(String(text)) ?? null, broken: false },
          tableName: plan.table.name,
          columnName: column.column.name,
          cursor: { ...place, rowid: at },
        };
      }
      if (rows.length <= SHOWN) return;
    }
  } finally {
    statement.finalize();
  }
}
