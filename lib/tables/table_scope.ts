/**
 * Makes capabilities of rows and searches from a table's capability, by narrowing it, without asking the server. The
 * MAC covers the scope alone, so a holder may append to `narrow`; it can never widen.
 */
import { type Json, type JsonObject, numeral, stringifyExact } from "../json/exact_json.ts";
import type { RowId } from "../value/row_id.ts";
import type { Capability } from "../uplink/wire_object.ts";

/** Which columns are fetched: `true` for data, `{}` for a link's ids without the linked rows. */
export type FetchSpec = JsonObject;

/** A page of a table's rows by ascending row id. */
interface PageRequest {
  readonly fetch: FetchSpec;
  /** Most rows that the page may have. */
  readonly rows: number;
  /** Only rows with a greater id; null for the first page. */
  readonly after: RowId | null;
}

/** A search over all rows of a table, at a page. */
export function pageCapability(table: Capability, page: PageRequest): Capability {
  const search: Json = { search: null, fetch: page.fetch, order: null, chunk: page.rows };
  // The page cursor is the JSON text of a list: the order-by values of the last row (here there are none), and its id.
  const cursor: Json = page.after === null ? null : stringifyExact([numeral(page.after)]);
  return { ...table, narrow: [...table.narrow, search, cursor] };
}

/** The capability of one row of a table. */
export function rowCapability(table: Capability, row: RowId): Capability {
  return { ...table, narrow: [...table.narrow, { r: numeral(row) }] };
}
