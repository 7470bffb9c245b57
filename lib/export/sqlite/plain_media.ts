/**
 * Media of a plain SQLite file: one row for each medium of an exported row, with its bytes. It never stores a medium
 * that no exported row has.
 */
import type { MediaReader } from "../../archive/media/media_reader.ts";
import { freeBytes } from "../../release_memory.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { mediumBytes } from "../rows/medium_bytes.ts";
import type { Tell } from "../columns/plain_values.ts";

/** The largest value of SQLite (sqlite.org/limits.html, SQLITE_MAX_LENGTH); it must fit in memory. */
const MAX_BYTES = 500_000_000;

/** Stores media of an export. */
export class PlainMedia implements Disposable {
  readonly #insert: Prepared;
  readonly #reader: MediaReader;
  readonly #kept = new Set<bigint>();

  constructor(engine: Engine, name: string, reader: MediaReader) {
    this.#insert = engine.prepare(`INSERT INTO ${quoteName(name)} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`);
    this.#reader = reader;
  }

  /** Makes the table of media in the file. */
  static create(engine: Engine, name: string): void {
    engine.exec(`CREATE TABLE ${quoteName(name)} (
  id INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  name TEXT,
  content_type TEXT,
  length INTEGER,
  sha256 TEXT,
  bytes BLOB
)`);
  }

  /** Stores the medium of a cell once. Runs in the caller's transaction. @returns whether the file has a row for it */
  keep(id: bigint, table: string, place: { readonly column: string; readonly row: string }, tell: Tell): boolean {
    const facts = this.#reader.facts(id);
    if (facts === null) return false;
    const { stored } = facts;
    const tooLarge = stored !== null && stored.length > MAX_BYTES;
    if (stored === null) tell("media-missing");
    if (tooLarge) tell("media-too-large");
    if (this.#kept.has(id)) return true;
    this.#kept.add(id);
    const bytes = stored === null || tooLarge ? null : joined(mediumBytes(this.#reader, stored), stored.length);
    const length = stored === null ? null : BigInt(stored.length);
    this.#insert.run([
      id,
      table,
      place.column,
      place.row,
      facts.name,
      facts.contentType,
      length,
      stored?.sha256 ?? null,
      bytes,
    ]);
    if (bytes !== null) freeBytes(bytes);
    return true;
  }

  [Symbol.dispose](): void {
    this.#insert.finalize();
  }
}

function joined(pieces: Iterable<Uint8Array>, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece.subarray(0, length - at), at);
    at += piece.length;
  }
  return whole;
}
