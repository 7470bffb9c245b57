/**
 * The seal of a snapshot: a digest of all that a vault knows of it except its rows and bytes, so that a changed name,
 * count, warning or date is noticed. It proves that these are as they were taken in, not where they come from. It only
 * reads.
 */
import { createHash } from "node:crypto";
import { stringifyExact } from "../../json/exact_json.ts";
import { schemaToJson } from "../../schema/schema_json.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { provenanceAt, warningsAt } from "./known_lines.ts";
import type { VaultSnapshot } from "./snapshots.ts";
import { TableStates } from "./table_states.ts";

/** The seal of a snapshot as the vault is now, in hexadecimal. */
export function snapshotSeal(engine: Engine, snapshot: Omit<VaultSnapshot, "seal">, states: TableStates): string {
  const hash = createHash("sha256");
  const add = (...cells: readonly (SqlValue | undefined)[]) =>
    void hash.update(
      `${JSON.stringify(cells.map((cell) => cell === undefined || cell === null ? null : textual(cell)))}\n`,
    );
  const { number, takenAt, addedAt, complete, kind, rows, fileBytes, digest, previous, changes } = snapshot;
  add("anvil-sqlite-vault-1 snapshot", BigInt(number), takenAt, addedAt, complete ? "yes" : "no", kind);
  add(BigInt(rows), BigInt(fileBytes), digest, previous === null ? null : BigInt(previous), JSON.stringify(changes));
  add(BigInt(snapshot.brokenLinks), snapshot.brokenLinksDigest);
  for (const [key, value] of provenanceAt(engine, number)) add(key, typeof value, value);
  for (const table of states.at(number)) {
    const { position, rowsServer, rowsCopied } = table;
    add(
      "table",
      String(table.number),
      String(position),
      table.state,
      String(rowsServer),
      String(rowsCopied),
      table.digest,
      table.mediaDigest,
      String(table.tableId),
      table.stored.join(","),
      stringifyExact(schemaToJson({ source: "archive", tables: [table.table] })),
    );
  }
  for (const { code, table, column, row, message } of warningsAt(engine, number)) {
    add(code, table, column, row, message);
  }
  for (const sql of BEGINNINGS) for (const row of engine.query(sql, [BigInt(number)])) add(...row);
  return hash.digest("hex");
}

/** Items that begin at a snapshot: so it is noticed when a line is moved to another snapshot. */
const BEGINNINGS = [
  "SELECT 'provenance', key FROM _anvil_provenance WHERE _anvil_from = ?1 ORDER BY key",
  "SELECT 'table', table_number FROM _anvil_table_states WHERE _anvil_from = ?1 ORDER BY table_number",
  "SELECT 'warnings', warnings FROM _anvil_warning_lists WHERE _anvil_from = ?1",
  `SELECT 'medium', s.use_id, s.state, s.sha256, s.length, u.content_type, u.name, u.url, u.manager, u.anvil_id, u.n
  FROM _anvil_media_states AS s JOIN _anvil_media_uses AS u ON u.id = s.use_id WHERE s._anvil_from = ?1 ORDER BY s.use_id`,
] as const;

function textual(value: Exclude<SqlValue, null>): string {
  return value instanceof Uint8Array ? value.toHex() : Object.is(value, -0) ? "-0" : String(value);
}
