/**
 * Asks a table to add an empty list of rows. The answer shows whether the table may be written, and how its rows are
 * stored; no listing says either. It writes nothing.
 *
 * Source: seen on both storages. A table that server code may only search is PermissionDenied; classic storage adds nothing;
 * split storage, which newer documentation calls Faster Storage, makes a statement without values of it.
 */
import type { Connection } from "../uplink/connection.ts";
import { RemoteError } from "../uplink/uplink_errors.ts";
import { type Capability, capabilityObject } from "../uplink/wire_object.ts";
import { TABLES_V2 } from "./listing.ts";
import { freshStack } from "./transaction.ts";

/** Kinds of storage. */
const STORAGES = ["classic", "split"] as const;

/** One of {@link STORAGES}. */
export type Storage = typeof STORAGES[number];

/** PostgreSQL's error for `INSERT INTO … VALUES RETURNING …`. */
const NO_VALUES = /syntax error at or near "RETURNING"/i;

/**
 * The storage of a table, or that it may not be written. It runs outside of any transaction, since an error would end
 * one.
 */
export async function probeTable(connection: Connection, table: Capability): Promise<Storage | "not-writable"> {
  try {
    await connection.call({
      command: `${TABLES_V2}table.add_rows`,
      args: [null, []],
      objects: [capabilityObject(table, ["args", 0])],
      stack: freshStack("probe"),
    });
    return "classic";
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    if (error.code === "permission-denied") return "not-writable";
    if (NO_VALUES.test(error.remoteMessage)) return "split";
    throw error;
  }
}
