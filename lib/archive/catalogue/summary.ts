/**
 * What a file holds, in numbers: rows and bytes a table, media, warnings. It only reads.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { Catalogue, CatalogueTable } from "./catalogue.ts";
import { isHeld } from "./catalogue.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";

/** One table in numbers. */
interface TableSummary {
  readonly table: CatalogueTable;
  /** Rows in the file; null for a table that the file only lists. */
  readonly rows: number | null;
  /** Bytes of its cells, without SQLite's own overhead. */
  readonly bytes: number | null;
}

/** The media of a file in numbers. */
export interface MediaSummary {
  readonly uses: number;
  readonly stored: number;
  readonly skipped: number;
  readonly failed: number;
  /** Media whose bytes are still to come, in a partial file. */
  readonly pending: number;
  /** Distinct contents. */
  readonly blobs: number;
  /** Bytes of the distinct contents. */
  readonly bytes: number;
}

/** Sums up each table. */
export function summarizeTables(engine: Engine, catalogue: Catalogue): readonly TableSummary[] {
  return catalogue.tables.map((table): TableSummary => {
    if (!isHeld(table)) return { table, rows: null, bytes: null };
    const { plan } = table;
    const sizes = [plan.rowIdSqlName, ...plan.columns.map(({ sqlName }) => sqlName)]
      .map((name) => `coalesce(sum(length(CAST(${quoteName(name)} AS BLOB))), 0)`);
    // The sum is made in code: an SQL sum of so many terms is deeper than SQLite allows.
    const [row = []] = engine.query(`SELECT count(*), ${sizes.join(", ")} FROM ${quoteName(plan.sqlName)}`);
    const [rows, ...bytes] = row.map(Number);
    return { table, rows: rows ?? 0, bytes: bytes.reduce((sum, size) => sum + size, 0) };
  });
}

/** Sums up the media. */
export function summarizeMedia(engine: Engine): MediaSummary {
  const states = new Map(
    engine.query("SELECT state, count(*) FROM _anvil_media_objects GROUP BY state")
      .map(([state, count]) => [String(state), Number(integerOf(count) ?? 0n)]),
  );
  const [blobs] = engine.query("SELECT count(DISTINCT sha256), coalesce(sum(length(bytes)), 0) FROM _anvil_blobs");
  const of = (state: string) => states.get(state) ?? 0;
  return {
    uses: [...states.values()].reduce((sum, count) => sum + count, 0),
    stored: of("stored"),
    skipped: of("skipped"),
    failed: of("failed"),
    pending: of("pending"),
    blobs: Number(blobs?.[0] ?? 0),
    bytes: Number(blobs?.[1] ?? 0),
  };
}

/** Uses of media whose bytes are in a file, and the bytes of all of them. */
export function countStoredMedia(engine: Engine): { readonly count: number; readonly bytes: number } {
  const [row] = engine.query(
    "SELECT count(*), coalesce(sum(length), 0) FROM _anvil_media_objects WHERE state = 'stored'",
  );
  return { count: Number(row?.[0] ?? 0), bytes: Number(row?.[1] ?? 0) };
}
