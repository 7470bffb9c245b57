/**
 * How an id map lays out the cells, deletions and media of a restore in place, and how cells are proven. Only SQL text
 * and checksums; `map_cells.ts` writes and reads the tables.
 */
import { crc32 } from "node:zlib";
import type { SqlValue } from "../sqlite/sql_value.ts";

/** SQL of the tables of cells; those of the id map's rows are in `id_map.ts`. */
export const CELL_STATEMENTS = `
CREATE TABLE map_cells (
  id INTEGER PRIMARY KEY,
  table_id INTEGER NOT NULL,
  row INTEGER NOT NULL,
  old_row INTEGER,
  column_name TEXT NOT NULL,
  why TEXT NOT NULL,
  was TEXT,
  want TEXT,
  wrote TEXT,
  state TEXT NOT NULL,
  cell_group INTEGER,
  checksum INTEGER NOT NULL,
  UNIQUE (table_id, row, column_name)
) STRICT;
CREATE INDEX map_cells_by_state ON map_cells (table_id, state, row);
CREATE TABLE map_deletions (
  table_id INTEGER NOT NULL,
  row INTEGER NOT NULL,
  label TEXT,
  deletion_group INTEGER,
  PRIMARY KEY (table_id, row)
) STRICT, WITHOUT ROWID;
CREATE TABLE map_media (
  sha256 TEXT NOT NULL,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (sha256, n)
) STRICT, WITHOUT ROWID;
`;

/** What is stored of a cell besides its id, in the order in which its checksum has them. */
export const CELL_FACTS = [
  "table_id",
  "row",
  "old_row",
  "column_name",
  "why",
  "was",
  "want",
  "wrote",
  "state",
  "cell_group",
] as const;

/**
 * A checksum of what is stored of a cell, since SQLite can only add up numbers: CRC-32 of it as JSON, which costs a
 * tenth of a hash.
 */
export function cellSum(facts: readonly SqlValue[]): bigint {
  return BigInt(crc32(JSON.stringify(facts.map((fact) => typeof fact === "bigint" ? `${fact}` : fact))));
}
