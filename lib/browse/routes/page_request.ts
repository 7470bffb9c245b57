/**
 * What a request is about: the reader's place, the night and its file, and the frame of its page. The routes decide
 * which page it is.
 */
import type { Context } from "../../builtin/hono.ts";
import { nightIn, type PagePlace, readPlace } from "../address/place.ts";
import type { Night } from "../model/night.ts";
import { localTime, timeZone } from "../parts/local_time.ts";
import type { Frame, TableLink } from "../parts/page_frame.ts";
import type { NightFile } from "../queries/night_file.ts";
import type { Shelf } from "./shelf.ts";

/** Something that does not exist: the page says so, with 404. */
export class NotThere extends Error {}
/** A mistake in an address: the page says so, with 400. */
export class BadAddress extends Error {}

/** A request, with what is needed for its page. */
export interface Asked {
  readonly query: URLSearchParams;
  readonly place: PagePlace;
  readonly night: Night;
  readonly file: NightFile;
  readonly frame: Frame;
}

/**
 * Reads a request and opens its night.
 * @throws {NotThere} when there is no such night
 */
export async function pageRequest(shelf: Shelf, context: Context): Promise<Asked> {
  const query = new URL(context.req.url).searchParams;
  const place = readPlace(query);
  if (query.has("at") && nightIn(query) === null) throw new NotThere("There is no such night.");
  const night = nightOf(shelf, place.night);
  const file = await shelf.file(night);
  return { query, place, night, file, frame: frameOf(shelf, place, night, file, await rowsBefore(shelf, night)) };
}

/**
 * A night by its key.
 * @throws {NotThere} when there is no such night
 */
function nightOf(shelf: Shelf, key: string | null): Night {
  const night = shelf.night(key);
  if (night === null) throw new NotThere("There is no such night.");
  return night;
}

/** Rows of tables by their ids. */
type RowCounts = ReadonlyMap<number, number>;

/** Rows of the night before, if it can be opened at once; a night in a vault cannot. */
async function rowsBefore(shelf: Shelf, night: Night): Promise<RowCounts | null> {
  const before = shelf.library.kind === "vault" ? null : shelf.nightBefore(night);
  if (before === null) return null;
  try {
    const { tables } = await shelf.file(before);
    return new Map(tables.map(({ plan, rowsCopied }) => [plan.tableId, rowsCopied ?? 0]));
  } catch {
    // An error in another night must not stop this one from being shown.
    return null;
  }
}

function frameOf(shelf: Shelf, place: PagePlace, night: Night, file: NightFile, before: RowCounts | null): Frame {
  const { library } = shelf;
  return {
    place,
    app: library.app === "" ? library.source.split(/[\\/]/).at(-1) ?? library.source : library.app,
    tables: file.archive.catalogue.tables.map(({ plan, rowsCopied }): TableLink => ({
      id: plan.tableId,
      name: plan.table.name,
      rows: plan.sqlName === "" ? null : rowsCopied ?? 0,
      change: night.rowChanges !== null
        ? night.rowChanges[plan.table.name] ?? 0
        : before === null || rowsCopied === null
        ? null
        : rowsCopied - (before.get(plan.tableId) ?? 0),
    })),
    nights: library.nights.map(({ key, start, complete }) => ({
      key,
      label: `${start === null ? key : localTime(new Date(start))}${complete ? "" : " (incomplete)"}`,
    })),
    night: night.key,
    zone: timeZone(),
  };
}
