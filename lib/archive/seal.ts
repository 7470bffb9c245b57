/**
 * The seal: a digest of everything in a file that is not rows or media bytes, so that a changed name, count, warning or
 * schema is noticed too. It says that the file is as it was made, not where its rows come from.
 *
 * seal = SHA-256 of text("anvil-sqlite-1 seal"), application id and user version as u32, then for each item below
 * its name, its number of rows as u32, and the rows' cells in canonical form (`canonical.ts`): the SQL of the schema by
 * type and name, and the catalogue's tables by their first columns, without the provenance key `seal` itself.
 */
import { createHash } from "node:crypto";
import { ByteBuffer } from "./byte_buffer.ts";
import type { Engine, SqlValue } from "./engine.ts";

/** Provenance key of the seal. */
export const SEAL_KEY = "seal";

/** What is sealed, in this order. */
const SEALED: readonly (readonly [name: string, sql: string])[] = [
  ["schema", "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"],
  ["_provenance", `SELECT key, typeof(value), value FROM _provenance WHERE key <> '${SEAL_KEY}' ORDER BY key`],
  ["_anvil_tables", "SELECT * FROM _anvil_tables ORDER BY id"],
  ["_anvil_columns", "SELECT * FROM _anvil_columns ORDER BY _anvil_table_id, position"],
  ["_anvil_media_objects", "SELECT * FROM _anvil_media_objects ORDER BY id"],
  ["_anvil_warnings", "SELECT * FROM _anvil_warnings ORDER BY id"],
  ["_anvil_dangling_links", "SELECT rowid, * FROM _anvil_dangling_links ORDER BY rowid"],
];

/** Rows fetched at once. */
const BATCH = 2_000;

/** The seal of a file as it is now, in hexadecimal. */
export function computeSeal(engine: Engine): string {
  const hash = createHash("sha256");
  const out = new ByteBuffer();
  const flush = () => {
    hash.update(out.bytes());
    out.clear();
  };
  out.bareText("anvil-sqlite-1 seal");
  out.u32(Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0));
  out.u32(Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0));
  for (const [name, sql] of SEALED) {
    out.bareText(name);
    let count = 0;
    for (let offset = 0;; offset += BATCH) {
      const rows = engine.query(`${sql} LIMIT ${BATCH} OFFSET ${offset}`);
      for (const row of rows) for (const cell of row) appendValue(out, cell);
      count += rows.length;
      flush();
      if (rows.length < BATCH) break;
    }
    out.u32(count);
  }
  flush();
  return hash.digest("hex");
}

/** Numbers go in as text with their storage class beside them, where that matters: engines read integers differently. */
function appendValue(out: ByteBuffer, value: SqlValue): void {
  if (value === null) return out.tag("n");
  if (value instanceof Uint8Array) throw new TypeError("The catalogue holds no bytes");
  out.text("s", String(value));
}
