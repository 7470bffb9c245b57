/**
 * Two nights compared, sent as differences are found.
 */
import type { Hono } from "../../builtin/hono.ts";
import { compareArchives } from "../../diff/archives/compare_archives.ts";
import { RowNames } from "../../diff/archives/row_names.ts";
import { nightIn } from "../address/place.ts";
import {
  type ComparedNights,
  compareEnd,
  compareHead,
  compareRow,
  compareSchema,
  compareTable,
  compareTableEnd,
} from "../pages/compare_page.ts";
import { type Frame, frameEnd, frameStart } from "../parts/page_frame.ts";
import type { NightFile } from "../queries/night_file.ts";
import { NotThere, pageRequest } from "./page_request.ts";
import type { Shelf } from "./shelf.ts";
import { streamed } from "./streamed.ts";

/** Rows of a table that are listed. */
const LISTED = 100;

/** Adds the route of the comparison. */
export function compareRoutes(app: Hono, shelf: Shelf): void {
  app.get("/compare", async (context) => {
    const { query, frame, night } = await pageRequest(shelf, context);
    const [a, b] = [query.has("a") ? nightIn(query, "a") : undefined, query.has("b") ? nightIn(query, "b") : undefined];
    const before = a === undefined ? shelf.nightBefore(night) : shelf.night(a ?? "");
    const after = b === undefined ? night : shelf.night(b ?? "");
    if (after === null || before === null && a !== undefined) throw new NotThere("There is no such night.");
    if (before === null) return streamed(HTML, pieces(frame, null, null, null));
    const nights = { a: before.key, b: after.key };
    return streamed(HTML, pieces(frame, nights, await shelf.file(before), await shelf.file(after)));
  });
}

const HTML = "text/html; charset=utf-8";

function* pieces(
  frame: Frame,
  nights: ComparedNights | null,
  before: NightFile | null,
  after: NightFile | null,
): Generator<string> {
  yield `${frameStart(frame, { title: "Compare", current: "compare" })}${compareHead(frame, nights)}`;
  if (nights !== null && before !== null && after !== null) yield* differences(frame, nights, before, after);
  yield `${frameEnd(frame)}`;
}

function* differences(frame: Frame, nights: ComparedNights, before: NightFile, after: NightFile): Generator<string> {
  const [a, b] = [before.archive, after.archive];
  using names = new RowNames(b, a);
  const nameOf = (link: string) => names.of(link);
  let [tables, listed, differs] = [0, 0, false];
  let open: string | null = null;
  // Sealed files with equal digests hold the same rows. `verify` proves the digests; this page only shows them.
  for (const found of compareArchives(a, b, { media: false, trustDigests: true, tables: [], returned: [] })) {
    differs = true;
    switch (found.kind) {
      case "schema":
      case "not-compared":
        yield `${compareSchema(found.message)}`;
        break;
      case "row":
        if (open !== found.table) {
          [open, listed] = [found.table, 0];
          tables++;
          yield `${compareTable(frame, nights, found.table)}`;
        }
        if (listed++ < LISTED) yield `${compareRow(frame, nights, found, nameOf)}`;
        else yield "";
        break;
      case "table":
        yield `${compareTableEnd(found, Math.min(listed, LISTED))}`;
        open = null;
    }
  }
  yield `${compareEnd(differs, tables)}`;
}
