/**
 * The app's tables as the server lists them: names, ids, capabilities, columns.
 * Everything here is a call or the reading of its reply; what a column means is `lib/schema`'s.
 */
import { isArray, isObject, type Json, numberSource, stringOf } from "../json/exact_json.ts";
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

/** Lists the app's tables, unreadable ones included, by name. */
export async function listTables(connection: Connection, stack: string): Promise<readonly ListedTable[]> {
  const reply = await connection.call({ command: `${TABLES_V2}get_app_tables`, stack });
  if (!isObject(reply.response)) throw protocolError("a listing of tables that is no object");
  const capabilities = capabilitiesAt(reply.objects);
  return Object.entries(reply.response)
    .map(([name, entry]): ListedTable => {
      const [, viewKey, id] = isArray(entry) ? entry : [];
      const number = wholeNumber(id ?? null);
      if (holdsNul(name)) throw protocolError(`a table whose name holds NUL: '${withoutNul(name)}'`);
      if (typeof viewKey !== "string" || number === null) throw protocolError(`an odd listing of table '${name}'`);
      return { name, id: number, viewKey, capability: capabilities.get(name) ?? null };
    })
    .sort((a, b) => a.id - b.id);
}

function capabilitiesAt(objects: readonly WireObject[]): ReadonlyMap<string, Capability> {
  const found = new Map<string, Capability>();
  for (const entry of objects) {
    const [, name] = entry.path;
    const capability = entry.type[0] === "Capability" ? capabilityOf(entry) : null;
    if (typeof name === "string" && capability !== null) found.set(name, capability);
  }
  return found;
}

/** A table with its columns, in the form that `lib/schema` translates. */
export async function describeTable(connection: Connection, stack: string, table: ListedTable): Promise<LiveTable> {
  const columns: Json = table.capability === null
    ? null
    : await tableCall(connection, stack, "table.list_columns", table.capability);
  if (holdsNulAnywhere(columns)) throw protocolError(`a column of table '${table.name}' with NUL in its name or type`);
  return { name: table.name, id: table.id, columns };
}

/** How many rows a table has now. A bare table capability stands for the search of all rows. */
export async function countRows(connection: Connection, stack: string, capability: Capability): Promise<number> {
  const count = await tableCall(connection, stack, "search.get_length", capability);
  const number = wholeNumber(count);
  if (number === null) throw protocolError(`a row count of ${numberSource(count) ?? JSON.stringify(count)}`);
  return number;
}

/** A number that counts or names something; null for any other value. */
function wholeNumber(value: Json): number | null {
  const source = numberSource(value);
  const number = source !== null && /^\d+$/.test(source) ? Number(source) : NaN;
  return Number.isSafeInteger(number) ? number : null;
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

/** The app's public URL, or null where there is none or the key may not ask. */
export async function appOrigin(connection: Connection): Promise<string | null> {
  try {
    const origin = stringOf((await connection.call({ command: "anvil.private.get_app_origin" })).response);
    return origin === null || holdsNul(origin) ? null : origin;
  } catch {
    return null;
  }
}
