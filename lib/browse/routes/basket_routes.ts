/**
 * Routes of the basket: show it, add to it, and download it as the file that `restore --rows-from` reads. The basket is
 * stored only in the address.
 */
import type { Hono } from "../../builtin/hono.ts";
import { parseRowId, rowIdText } from "../../value/row_id.ts";
import {
  basketText,
  isPicked,
  MAX_PICKED,
  type PickedRow,
  pickedRow,
  readBasket,
  withoutPicked,
  withPicked,
} from "../address/basket.ts";
import { hrefOf, nightIn, readPlace } from "../address/place.ts";
import { restoreCommand, rowsText } from "../model/restore_command.ts";
import { type BasketNight, basketPage } from "../pages/basket_page.ts";
import { localTime } from "../parts/local_time.ts";
import { framedPage } from "../parts/page_frame.ts";
import type { NightFile } from "../queries/night_file.ts";
import { labelsOfRows } from "../queries/row_labels.ts";
import { attachment } from "./file_names.ts";
import { BadAddress, pageRequest } from "./page_request.ts";
import type { Shelf } from "./shelf.ts";

/** Adds the routes of the basket. */
export function basketRoutes(app: Hono, shelf: Shelf): void {
  app.get("/basket", async (context) => {
    const { place, frame } = await pageRequest(shelf, context);
    const nights: BasketNight[] = [];
    for (const [key, picked] of Map.groupBy(place.basket, ({ night }) => night)) {
      const night = shelf.night(key);
      if (night === null) continue;
      const rows = basketRows(await shelf.file(night), picked);
      const label = night.start === null ? night.source : localTime(new Date(night.start));
      nights.push({ key, label, rows, command: restoreCommand(night.source, key, picked) });
    }
    return context.html(framedPage(frame, basketPage(frame, nights)));
  });
  // Without a script: the ticked rows of a form.
  app.get("/basket/add", (context) => {
    const query = new URL(context.req.url).searchParams;
    const place = readPlace(query);
    const more = rowsOf(query);
    const basket = withPicked(place.basket, more);
    if (more.some((row) => !isPicked(basket, row))) {
      throw new BadAddress(`The basket holds at most ${MAX_PICKED} rows: restore a whole table, or rows --where.`);
    }
    return context.redirect(hrefOf({ ...place, basket }, ["basket"]), 303);
  });
  // For the script: returns the basket's text after one row was ticked or unticked.
  app.get("/basket/text", (context) => {
    const query = new URL(context.req.url).searchParams;
    const { basket } = readPlace(query);
    const rows = rowsOf(query);
    const changed = query.get("tick") === "yes"
      ? withPicked(basket, rows)
      : rows.reduce((left, row) => withoutPicked(left, row), basket);
    return context.json({ basket: basketText(changed), rows: changed.length });
  });
  app.get("/basket/rows.txt", (context) => {
    const query = new URL(context.req.url).searchParams;
    const night = nightIn(query, "night");
    const rows = readBasket(query.get("basket") ?? "").filter((row) => row.night === night);
    if (night === null || rows.length === 0) throw new BadAddress("There are no rows in this address.");
    return new Response(rowsText(rows), {
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": attachment(`rows-${night}.txt`),
      },
    });
  });
}

function rowsOf(query: URLSearchParams): readonly PickedRow[] {
  const night = nightIn(query, "night");
  return night === null ? [] : query.getAll("row").flatMap((text) => pickedRow(night, text) ?? []);
}

function basketRows(file: NightFile, picked: readonly PickedRow[]): BasketNight["rows"] {
  const labels = new Map(
    [...Map.groupBy(picked, ({ table }) => table)].map(([table, rows]) => {
      const plan = file.table(table)?.plan;
      const ids = rows.map(({ row }) => rowIdText(table, row));
      return [table, plan === undefined ? new Map<string, null>() : labelsOfRows(file, plan, ids)] as const;
    }),
  );
  return picked.flatMap((one) => {
    const text = rowIdText(one.table, one.row);
    const id = parseRowId(text);
    const label = labels.get(one.table)?.get(text);
    if (id === null) return [];
    const row = { ...id, label: label ?? null, broken: label === undefined };
    return [{ picked: one, tableName: file.table(one.table)?.plan.table.name ?? "", row }];
  });
}
