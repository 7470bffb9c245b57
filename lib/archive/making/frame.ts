/**
 * What describes a partial file: its app, its tables and columns, and what was found wrong so far. Digests of both
 * parts are stored in the file, so that a damaged description is never taken for the app's. It knows no rows.
 */
import { createHash } from "node:crypto";
import { withoutNul } from "../../json/nul.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { type ArchiveWarning, readWarnings, writeWarning } from "../catalogue/catalogue.ts";
import { ByteBuffer } from "../digest/byte_buffer.ts";
import { digestItems, type SealedItem } from "../digest/sealed_items.ts";
import { keepProof, keptProof } from "./resume_state.ts";

/** What stays as it was written at the beginning of a run. How far each table is does not belong to it. */
const FRAME: readonly SealedItem[] = [
  { name: "_provenance", sql: "SELECT key, typeof(value), value FROM _provenance ORDER BY key", keyed: false },
  {
    name: "_anvil_tables",
    sql: `SELECT id, python_name, title, server, client, anvil_id, sql_name, row_id_sql_name, attributes, position,
      CASE WHEN state IN ('schema-only', 'copied') THEN 'held' ELSE state END
      FROM _anvil_tables ORDER BY id`,
    keyed: false,
  },
  { name: "_anvil_columns", sql: "SELECT * FROM _anvil_columns ORDER BY _anvil_table_id, position", keyed: false },
];

/** Keeps the digest of a file's frame. Runs in the caller's transaction, after all of the frame was written. */
export function keepFrame(engine: Engine): void {
  keepProof(engine, "frame", frameDigest(engine));
}

/** The first part of a file's frame that was changed since it was written, in words; null when all is the same. */
export function frameDamage(engine: Engine): string | null {
  if (keptProof(engine, "frame") !== frameDigest(engine)) return "what it says of the app is not as it was written";
  if (keptProof(engine, "warnings") !== warningsDigest(engine)) return "its list of warnings is not as it was written";
  return null;
}

function frameDigest(engine: Engine): string {
  return digestItems(engine, "anvil-sqlite-1 frame", FRAME);
}

/** Adds warnings. Runs in the caller's transaction. */
export function addWarnings(engine: Engine, warnings: readonly ArchiveWarning[]): void {
  // The sentence may contain a server's own words.
  const readable = warnings.map((warning) => ({ ...warning, message: withoutNul(warning.message) }));
  for (const warning of readable) writeWarning(engine, warning);
  keepProof(engine, "warnings", readable.reduce(chained, keptProof(engine, "warnings") ?? ""));
}

/** Notes that warnings have changed since they were added. Runs in the caller's transaction. */
export function keepWarnings(engine: Engine): void {
  keepProof(engine, "warnings", warningsDigest(engine));
}

function warningsDigest(engine: Engine): string {
  return readWarnings(engine).reduce(chained, "");
}

/** A digest over a list that grows: it is made of the digest so far and the next item. */
function chained(digest: string, { code, table, column, row, message }: ArchiveWarning): string {
  const out = new ByteBuffer();
  for (const text of [digest, code, table, column, row, message]) out.optionalText(text);
  return createHash("sha256").update(out.bytes()).digest("hex");
}
