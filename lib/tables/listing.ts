/**
 * The app's tables as the server lists them: names, ids, capabilities, columns. It makes the calls and reads their
 * replies; `lib/schema` knows what a column means.
 */
import { isArray, isObject, type Json, type JsonObject, numberSource, stringOf } from "../json/exact_json.ts";
import { holdsNul, holdsNulAnywhere, withoutNul } from "../json/nul.ts";
import type { LiveTable } from "../schema/from_live.ts";
import type { Connection } from "../uplink/connection.ts";
import { type Capability, capabilityObject, capabilityOf, type WireObject } from "../uplink/wire_object.ts";
import { protocolError } from "../uplink/uplink_errors.ts";

/** Prefix of all commands of the second tables API, the only one that works on every table. */
export const TABLES_V2 = "anvil.private.tables.v2.";

/** A table in the listing. */
export interface ListedTable {
  readonly name: string;
  readonly id: number;
  /** Key of this table's part in every reply. */
  readonly viewKey: string;
  /** Null when this key may not read the table. */
  readonly capability: Capability | null;
}

/**
 * Lists the app's tables, unreadable ones included, by id.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when an entry, or a capability, has no known place
 */
export async function listTables(connection: Connection, stack: string): Promise<readonly ListedTable[]> {
  const { response, objects } = await connection.call({ command: `${TABLES_V2}get_app_tables`, stack });
  if (!isObject(response)) throw protocolError("a listing of tables that is not an object");
  const capabilities = capabilitiesOf(response, objects);
  return Object.entries(response)
    .map(([name, entry]): ListedTable => {
      const [inPlace, viewKey, id] = isArray(entry) ? entry : [];
      const tableId = wholeNumber(id);
      if (holdsNul(name)) throw protocolError(`a table whose name holds NUL: '${withoutNul(name)}'`);
      if (inPlace !== null || typeof viewKey !== "string" || tableId === null) throw oddListing(name);
      const capability = capabilities.get(name) ?? null;
      if (capability !== null && !isOfTable(capability, tableId)) throw oddListing(name);
      return { name, id: tableId, viewKey, capability };
    })
    .sort((a, b) => a.id - b.id);
}

/**
 * Capabilities by the names of their tables. A capability in an unknown place is an error: otherwise its table would
 * look unreadable.
 */
function capabilitiesOf(tables: JsonObject, objects: readonly WireObject[]): ReadonlyMap<string, Capability> {
  const found = new Map<string, Capability>();
  for (const entry of objects) {
    const [root, name, place] = entry.path;
    const capability = entry.type[0] === "Capability" ? capabilityOf(entry) : null;
    const isPlace = entry.path.length === 3 && root === "response" && place === 0;
    if (
      !isPlace || capability === null || typeof name !== "string" || !Object.hasOwn(tables, name) || found.has(name)
    ) {
      throw protocolError(`a listing of tables with an odd entry at ${JSON.stringify(entry.path)}`);
    }
    found.set(name, capability);
  }
  return found;
}

/** Whether a capability belongs to this table: `["_", "t", {"id": …}]`. */
function isOfTable({ scope }: Capability, id: number): boolean {
  const view = scope[2];
  return isObject(view) && wholeNumber(view["id"]) === id;
}

function oddListing(name: string): Error {
  return protocolError(`an odd listing of table '${name}'`);
}

/** A count, or an id of a table; null for any other value. */
function wholeNumber(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/**
 * A table with its columns, in the form that `lib/schema` reads.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when a table that may be read comes without its columns
 */
export async function describeTable(connection: Connection, stack: string, table: ListedTable): Promise<LiveTable> {
  if (table.capability === null) return { name: table.name, id: table.id, columns: null };
  const columns = await tableCall(connection, stack, "table.list_columns", table.capability);
  if (!isArray(columns)) throw protocolError(`columns of table '${table.name}' that are not a list`);
  if (holdsNulAnywhere(columns)) throw protocolError(`a column of table '${table.name}' with NUL in its name or type`);
  const names = columns.map((column) => isObject(column) ? column["name"] : null);
  if (!columns.every(isColumn) || new Set(names).size < names.length) {
    throw protocolError(`an odd column of table '${table.name}'`);
  }
  return { name: table.name, id: table.id, columns };
}

function isColumn(column: Json): boolean {
  return isObject(column) && stringOf(column["name"]) !== null && stringOf(column["type"]) !== null;
}

/** How many rows a table has now. A bare table capability means a search for all rows. */
export async function countRows(connection: Connection, stack: string, capability: Capability): Promise<number> {
  const value = await tableCall(connection, stack, "search.get_length", capability);
  const count = wholeNumber(value);
  if (count === null) throw protocolError(`a row count of ${numberSource(value) ?? JSON.stringify(value)}`);
  return count;
}

async function tableCall(connection: Connection, stack: string, name: string, capability: Capability): Promise<Json> {
  const reply = await connection.call({
    command: TABLES_V2 + name,
    args: [null],
    objects: [capabilityObject(capability, ["args", 0])],
    stack,
  });
  return reply.response;
}

/** The app's public URL; null when it has none, or the key may not ask for it. */
export async function appOrigin(connection: Connection): Promise<string | null> {
  try {
    const origin = stringOf((await connection.call({ command: "anvil.private.get_app_origin" })).response);
    return origin === null || holdsNul(origin) ? null : origin;
  } catch {
    return null;
  }
}
