/**
 * Digests of the results of SELECTs: of these cells a seal is made, and the proof of a partial file's frame. It only
 * reads.
 */
import { createHash } from "node:crypto";
import type { Engine } from "../../sqlite/engine.ts";
import { integerOf, type SqlRow, type SqlValue } from "../../sqlite/sql_value.ts";
import { ByteBuffer } from "./byte_buffer.ts";

/** A part of a file that is sealed. */
export interface SealedItem {
  readonly name: string;
  /**
   * A SELECT of its cells. Either the first column is an ascending integer, with ?1 as the lower bound; or there are
   * only cells.
   */
  readonly sql: string;
  readonly keyed: boolean;
}

/** An item of all columns of a table that may be long, read in parts by an integer key. */
export function keyedItem(name: string, key: string): SealedItem {
  return { name, sql: `SELECT ${key}, * FROM ${name} WHERE ${key} > ?1 ORDER BY ${key}`, keyed: true };
}

/** Rows that are read at once from a long table. */
const BATCH = 2_000;
const LOWEST = -(2n ** 63n);

/**
 * The digest of items in hexadecimal, under a heading and the facts of the file's header.
 * @param onReplacement is called for an item with U+FFFD in a text
 */
export function digestItems(
  engine: Engine,
  heading: string,
  items: readonly SealedItem[],
  onReplacement: (item: SealedItem) => void = () => {},
): string {
  const hash = createHash("sha256");
  const out = new ByteBuffer();
  const flush = () => {
    hash.update(out.bytes());
    out.clear();
  };
  out.bareText(heading);
  out.u32(Number(engine.query("PRAGMA application_id")[0]?.[0] ?? 0));
  out.u32(Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0));
  for (const item of items) {
    out.bareText(item.name);
    let count = 0;
    for (const rows of batches(engine, item)) {
      for (const row of rows) for (const cell of row) appendValue(out, cell);
      count += rows.length;
      flush();
      if (out.takeReplacement()) onReplacement(item);
    }
    out.u32(count);
  }
  flush();
  return hash.digest("hex");
}

function* batches(engine: Engine, { sql, keyed }: SealedItem): Iterable<readonly SqlRow[]> {
  if (!keyed) return yield engine.query(sql);
  const statement = engine.prepare(`${sql} LIMIT ${BATCH}`);
  try {
    for (let after = LOWEST;;) {
      const rows = statement.rows([after]);
      yield rows.map((row) => row.slice(1));
      if (rows.length < BATCH) return;
      after = integerOf(rows.at(-1)?.[0]) ?? after;
    }
  } finally {
    statement.finalize();
  }
}

/** Numbers are digested as text: engines read integers differently. */
function appendValue(out: ByteBuffer, value: SqlValue): void {
  if (value === null) return out.tag("n");
  if (value instanceof Uint8Array) throw new TypeError("The catalogue holds no bytes");
  out.text("s", String(value));
}
