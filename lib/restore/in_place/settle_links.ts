/**
 * Settles the links of a plan once it is known which rows come back. Each link leads to where its row is now. On split
 * storage no link may lead to a row that does not exist: that storage refuses it.
 */
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import type { MapCell } from "../../id_map/map_cells.ts";
import { isMappedMedium } from "../../id_map/mapped_value.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import { sameInStorage } from "../job/storage_changes.ts";
import type { JobLink, TableJob } from "../job/table_job.ts";
import { type InPlace, type InPlaceTable, storageOf } from "./context.ts";
import { linksIn, renamedLinks } from "./link_cells.ts";
import { LivingIds } from "./living_rows.ts";

/** Rows of the map that are read together. */
const ROWS = 500;

/** Settles all links of a plan. */
export async function settleLinks(context: InPlace): Promise<void> {
  const living = new LivingIds(context);
  for (const table of context.tables) {
    if (table.job.links.length === 0) continue;
    await settleCells(context, table, living);
    await keepTargets(context, table, living);
  }
}

/** Link cells that are set back in existing rows. */
async function settleCells(context: InPlace, { job }: InPlaceTable, living: LivingIds): Promise<void> {
  const { idMap } = context;
  for (let after: RowId = "0";;) {
    const cells = idMap.cells.page(job.live.id, "open", after, ROWS);
    const last = cells.at(-1);
    if (last === undefined) return;
    after = last.row;
    const links = cells.flatMap((cell) => {
      const link = job.links.find(({ column }) => column.name === cell.column);
      return link === undefined || cell.why !== "revert" ? [] : [{ cell, link }];
    });
    await askFor(context, living, links.flatMap(({ cell, link }) => linksOf(link, cell)));
    idMap.transaction(() => links.forEach(({ cell, link }) => settleCell(context, job, link, cell, living)));
  }
}

function linksOf({ kind }: JobLink, { want }: MapCell): readonly string[] {
  return isMappedMedium(want) ? [] : linksIn(kind, want);
}

function settleCell(
  context: InPlace,
  { name, live }: TableJob,
  link: JobLink,
  { id, want, was }: MapCell,
  living: LivingIds,
): void {
  if (isMappedMedium(want) || isMappedMedium(was)) return;
  const { idMap, left } = context;
  const storage = storageOf(context, live.id);
  const settled = renamedLinks(link.kind, want, (text) => {
    const row = parseRowId(text);
    if (row === null) return null;
    if (isInsert(idMap, text)) return text;
    const now = living.idOf(row.table, row.row);
    if (now !== null) return rowIdText(row.table, now);
    return storage === "split" ? null : text;
  });
  if (isLinkLost(link, was, settled, (text) => isInsert(idMap, text))) idMap.cells.change(id, settled, "relink");
  if (settled === want) return;
  const isEmptied = link.kind === "link_single" && settled === null;
  if (isEmptied) left.add(name, link.column.name, "dangling-link");
  if (isEmptied || sameInStorage(storage, link.column.kind, was, settled)) idMap.cells.remove(id);
  else idMap.cells.change(id, settled);
}

function isInsert(idMap: IdMap, link: string): boolean {
  const id = parseRowId(link);
  return id !== null && idMap.rows.find(id.table, id.row)?.action === "insert";
}

/** Whether a cell differs only by links to rows that come back: then nobody has changed its value. */
function isLinkLost({ kind }: JobLink, was: Cell, want: Cell, isBack: (link: string) => boolean): boolean {
  const [now, then] = [linksIn(kind, was), linksIn(kind, want)];
  const stayed = then.filter((link) => !isBack(link));
  return stayed.length < then.length && stayed.length === now.length && stayed.every((link, i) => link === now[i]);
}

/** Existing rows to which returning rows link: the map has to know them. */
async function keepTargets(context: InPlace, { job }: InPlaceTable, living: LivingIds): Promise<void> {
  const { idMap, options: { archive } } = context;
  using lookup = new RowLookup(archive.engine, job.plan, job.links.map(({ index }) => index));
  for (let after: RowId = "0";;) {
    const rows = idMap.rows.unwritten(job.plan.tableId, after, ROWS);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.old;
    const links = rows.flatMap(({ old }) =>
      (lookup.cells(old) ?? []).flatMap((cell, i) => {
        const kind = job.links[i]?.kind ?? "link_single";
        return typeof cell === "string" && isList(kind, cell) ? linksIn(kind, cell) : [];
      })
    );
    await askFor(context, living, links);
    idMap.transaction(() => {
      for (const text of new Set(links)) {
        const id = parseRowId(text);
        const now = id === null ? null : living.idOf(id.table, id.row);
        if (id === null || now === null || idMap.rows.find(id.table, id.row) !== null) continue;
        idMap.plan.add(id.table, { old: id.row, action: "keep", fresh: now });
      }
    });
  }
}

/** Whether a cell of a file has the form of its kind: a hand-made file may hold anything. */
function isList(kind: "link_single" | "link_multiple", cell: string): boolean {
  return kind === "link_single" || /^\[(?:"[^"]*"(?:,"[^"]*")*)?\]$/.test(cell);
}

async function askFor({ idMap }: InPlace, living: LivingIds, links: readonly string[]): Promise<void> {
  const ids = links.flatMap((link) => parseRowId(link) ?? []);
  for (const [table, rows] of Map.groupBy(ids, (id) => id.table)) {
    await living.ask(table, rows.flatMap(({ row }) => idMap.rows.find(table, row) === null ? [row] : []));
  }
}
