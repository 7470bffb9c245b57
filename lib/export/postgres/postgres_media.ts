/**
 * Media for PostgreSQL: one row for each medium of an exported row, with its bytes as `bytea`, written piece by piece.
 * It never writes a medium that no exported row has.
 */
import type { MediaReader } from "../../archive/media/media_reader.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Tell } from "../columns/plain_values.ts";
import { mediumBytes } from "../rows/medium_bytes.ts";
import { copyField } from "./postgres_dialect.ts";
import type { PostgresTarget } from "./postgres_target.ts";

/**
 * A field of a row has at most 1 GiB, even as the hexadecimal text of COPY (postgresql.org/docs/current/limits.html).
 */
const MAX_BYTES = 500_000_000;

/** Where a medium is. */
interface MediaPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Collects media, and writes them. */
export class PostgresMedia {
  readonly #name: string;
  readonly #reader: MediaReader;
  readonly #kept = new Map<bigint, MediaPlace>();

  constructor(name: string, reader: MediaReader) {
    this.#name = name;
    this.#reader = reader;
  }

  /** Makes the table of media in the server or dump. */
  static async create(target: PostgresTarget, name: string): Promise<void> {
    await target.run(`CREATE TABLE ${quoteName(name)} (
  id bigint NOT NULL,
  table_name text NOT NULL,
  column_name text NOT NULL,
  row_id text NOT NULL,
  name text,
  content_type text,
  length bigint,
  sha256 text,
  bytes bytea
)`);
  }

  /** Notes the medium of a cell. @returns whether there will be a row for it */
  keep(id: bigint, place: () => MediaPlace, tell: Tell): boolean {
    const facts = this.#reader.facts(id);
    if (facts === null) return false;
    if (facts.stored === null) tell("media-missing");
    else if (facts.stored.length > MAX_BYTES) tell("media-too-large");
    if (!this.#kept.has(id)) this.#kept.set(id, place());
    return true;
  }

  /**
   * Writes all media that were noted. No name of a medium contains a NUL, which PostgreSQL would refuse: SQLite reads
   * only up to it.
   */
  async copyTo(target: PostgresTarget, signal: AbortSignal): Promise<void> {
    const rows = await target.copy(`COPY ${quoteName(this.#name)} FROM STDIN`);
    for (const [id, place] of this.#kept) {
      signal.throwIfAborted();
      const facts = this.#reader.facts(id);
      if (facts === null) continue;
      const { stored } = facts;
      const fields = [
        id,
        place.table,
        place.column,
        place.row,
        facts.name,
        facts.contentType,
        stored === null ? null : BigInt(stored.length),
        stored?.sha256 ?? null,
      ];
      rows.put(`${fields.map(copyField).join("\t")}\t`);
      if (stored === null || stored.length > MAX_BYTES) {
        rows.put("\\N\n");
        continue;
      }
      rows.put("\\\\x");
      for (const piece of mediumBytes(this.#reader, stored)) {
        rows.put(piece.toHex());
        await rows.drain();
      }
      rows.put("\n");
    }
    await rows.end();
  }
}
