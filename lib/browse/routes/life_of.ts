/**
 * The life of a row over the nights of a folder, as a part of its page. Of a vault only nights that are open already are
 * looked at: to take all of them out would take long.
 */
import { RowNames } from "../../diff/archives/row_names.ts";
import type { RowId } from "../../value/row_id.ts";
import { lifePart } from "../pages/life_part.ts";
import type { Markup } from "../parts/markup.ts";
import { LifeFollower } from "../queries/row_life.ts";
import type { Asked } from "./page_request.ts";
import type { Shelf } from "./shelf.ts";

/** Nights that are looked at. */
const NIGHTS = 100;

/** The part; null when there is only one night. */
export async function lifeOf(
  shelf: Shelf,
  { place, frame, file }: Asked,
  table: number,
  row: RowId,
): Promise<Markup | null> {
  const { nights, newest, kind } = shelf.library;
  if (nights.length < 2 || kind === "vault") return null;
  const life = new LifeFollower(table, row);
  const looked = nights.slice(0, NIGHTS).toReversed();
  let count = 0;
  for (const night of looked) {
    try {
      life.look(night.key, await shelf.file(night));
      count++;
    } catch {
      // A night that cannot be read says nothing about the row; its own page says what is wrong.
    }
  }
  using names = new RowNames(file.archive);
  const labels = new Map(frame.nights.map(({ key, label }) => [key, label]));
  const labelOf = (night: string) => labels.get(night) ?? night;
  const view = { events: life.events, looked: count, all: nights.length, labelOf, newest };
  return lifePart(place, table, row, view, (link) => names.of(link));
}
