/**
 * Search, sent as it finds rows: the reader sees the first rows while the search goes on. It stops when the reader goes
 * away, or when its time is up.
 */
import type { Hono } from "../../builtin/hono.ts";
import { parseRowId } from "../../value/row_id.ts";
import { searchedRow, searchEnd, searchHead, searchSection } from "../pages/search_page.ts";
import { frameEnd, frameStart } from "../parts/page_frame.ts";
import { labelsOfRows } from "../queries/row_labels.ts";
import { searchTables } from "../queries/search_tables.ts";
import { type Asked, pageRequest } from "./page_request.ts";
import type { Shelf } from "./shelf.ts";
import { streamed } from "./streamed.ts";

/** How long a search may take, in milliseconds. */
const LONGEST_MS = 5_000;
const LONGEST_TEXT = 200;

/** Adds the route of the search. */
export function searchRoutes(app: Hono, shelf: Shelf, now: () => number): void {
  app.get("/search", async (context) => {
    const request = await pageRequest(shelf, context);
    const text = (request.query.get("q") ?? "").trim().slice(0, LONGEST_TEXT);
    return streamed("text/html; charset=utf-8", pieces(request, text, now));
  });
}

/** The page in pieces; between two of them other requests are answered. */
function* pieces({ frame, file, place }: Asked, text: string, now: () => number): Generator<string> {
  const title = text === "" ? "Search" : `Search: ${text}`;
  yield `${frameStart(frame, { title, search: text })}<div id="results">${searchHead(text)}`;
  if (text !== "") {
    yield `${foundById({ file, place }, text)}`;
    const until = now() + LONGEST_MS;
    const [full, left] = [new Set<string>(), new Set<string>(file.tables.map(({ plan }) => plan.table.name))];
    let hits = 0;
    let shown: unknown = null;
    for (const step of searchTables(file, text)) {
      const { plan } = step.table;
      const table = { id: plan.tableId, name: plan.table.name };
      yield step.hits.length === 0 ? "" : `${searchSection(place, table, step.hits, shown !== step.table)}`;
      if (step.hits.length > 0) shown = step.table;
      hits += step.hits.length;
      if (step.state !== "on") left.delete(table.name);
      if (step.state === "full") full.add(table.name);
      if (now() > until) break;
    }
    yield `${searchEnd({ hits, full: [...full], left: [...left] })}`;
  }
  yield `</div>${frameEnd(frame)}`;
}

function foundById({ file, place }: Pick<Asked, "file" | "place">, text: string): string {
  const id = parseRowId(text.replaceAll(" ", ""));
  const table = id === null ? null : file.table(id.table);
  if (id === null || table === null) return "";
  const label = labelsOfRows(file, table.plan, [text.replaceAll(" ", "")]).get(text.replaceAll(" ", ""));
  return label === undefined ? "" : `${searchedRow(place, { ...id, label, broken: false })}`;
}
