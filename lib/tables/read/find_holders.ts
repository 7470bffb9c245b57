/**
 * Asks the app which rows link to a row. It may be a deleted row: classic storage keeps the ids of dead rows in links
 * and finds them, split storage does not keep them. It only reads.
 *
 * Source: tried on real servers; `search(one=dead)` and `search(many=[dead])` find the holders on classic storage.
 */
import { isArray, isObject, type Json, numberSource } from "../../json/exact_json.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { Connection } from "../../uplink/connection.ts";
import { protocolError } from "../../uplink/uplink_errors.ts";
import { type Capability, capabilityObject, capabilityOf, type WireObject } from "../../uplink/wire_object.ts";
import type { RowId } from "../../value/row_id.ts";
import { TABLES_V2 } from "../listing.ts";

/** Rows of a page. */
const ROWS = 1_000;

/** What is searched, and for which links. */
interface LinkSearch {
  /** The table that is searched. */
  readonly table: Capability;
  readonly column: Pick<ColumnSchema, "name" | "kind">;
  /** The row that they link to. */
  readonly target: Capability;
}

/** Ids of the rows that link to a row, in ascending order. */
export async function findHolders(
  connection: Connection,
  stack: string,
  { table, column, target }: LinkSearch,
): Promise<readonly RowId[]> {
  const isMany = column.kind === "link_multiple";
  const at = ["args", 2, column.name, ...(isMany ? [0] : [])];
  const first = await connection.call({
    command: `${TABLES_V2}table.search`,
    args: [null, [{ spec: {} }, { rows: ROWS }], { [column.name]: isMany ? [null] : null }],
    objects: [
      capabilityObject(table, ["args", 0]),
      { path: ["args", 1, 0], type: ["ValueType"], typeName: "anvil.tables.fetch_only" },
      { path: ["args", 1, 1], type: ["ValueType"], typeName: "anvil.tables.query.page_size" },
      capabilityObject(target, at),
      { path: at, type: ["ValueType"], typeName: "anvil.tables.v2._RowRef" },
    ],
    stack,
  });
  const rows = [...idsOf(first.response)];
  for (let next = capabilityAt(first.objects, 2); next !== null;) {
    const page = await connection.call({
      command: `${TABLES_V2}search.next_page`,
      args: [null],
      objects: [capabilityObject(next, ["args", 0])],
      stack,
    });
    const more = idsOf(page.response);
    if (more.length === 0) break;
    rows.push(...more);
    next = capabilityAt(page.objects, 1);
  }
  return rows;
}

function idsOf(response: Json): readonly RowId[] {
  const ids = isArray(response) ? response[0] : null;
  if (!isArray(ids)) throw protocolError("a search without row ids");
  return ids.map((id) => numberSource(id) ?? fail());
}

function fail(): never {
  throw protocolError("a search with an odd row id");
}

/** The capability of the next page, from its place in the reply. */
function capabilityAt(objects: readonly WireObject[], place: number): Capability | null {
  const entry = objects.find(({ path, type }) => path.length === 2 && path[1] === place && type[0] === "Capability");
  return entry === undefined || !isObject(entry) ? null : capabilityOf(entry);
}
