/**
 * The history of a row over the nights of a folder or a vault, as a part of its page: the same events as those of
 * `history`.
 */
import { RowNames } from "../../diff/archives/row_names.ts";
import { fileHistory } from "../../history/file_history.ts";
import type { RowEvent } from "../../history/row_event.ts";
import { fileAt } from "../../source/file_snapshot.ts";
import type { SourceSnapshot } from "../../source/snapshot.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { Night } from "../model/night.ts";
import { lifePart } from "../pages/life_part.ts";
import type { Markup } from "../parts/markup.ts";
import { vaultHistory } from "../../vault/as_source/vault_history.ts";
import type { Asked } from "./page_request.ts";
import type { Shelf } from "./shelf.ts";

/** Most nights that are looked at; in a folder, each is a file to open. */
const NIGHTS = 100;

/** The history of a row as HTML; null when there is only one night. */
export async function lifeOf(
  shelf: Shelf,
  { place, frame, file }: Asked,
  table: number,
  row: RowId,
): Promise<Markup | null> {
  const { nights, newest, vault } = shelf.library;
  const name = file.table(table)?.plan.table.name;
  if (nights.length < 2 || name === undefined) return null;
  const looked = nights.slice(0, vault === null ? NIGHTS : nights.length).toReversed();
  const query = { table: name, rows: [rowIdText(table, row)], where: null };
  const events: RowEvent[] = [];
  const snapshots = looked.map((night) => snapshotOf(shelf, night));
  const found = vault === null ? fileHistory(snapshots, query, () => {}) : vaultHistory(vault, query, snapshots);
  for await (const event of found) events.push(event);
  using names = new RowNames(file.archive);
  const labels = new Map(frame.nights.map(({ key, label }) => [key, label]));
  const labelOf = (night: string) => labels.get(night) ?? night;
  const view = { events, looked: looked.length, all: nights.length, labelOf, newest };
  return lifePart(place, table, row, view, (link) => names.of(link));
}

/** A night as `history` reads it; its name is its key. */
function snapshotOf(shelf: Shelf, night: Night): SourceSnapshot {
  return {
    app: { id: "", name: null, environment: "", host: "" },
    name: night.key,
    number: night.number,
    start: new Date(night.start ?? 0),
    complete: night.complete,
    sameMoment: night.sameMoment,
    digest: "",
    rows: night.rows ?? 0,
    bytes: night.bytes,
    looksWrong: night.looksWrong,
    open: async () => fileAt(await shelf.path(night)),
  };
}
