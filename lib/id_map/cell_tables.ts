/**
 * How an id map lays out the cells, deletions and media of a restore in place, and what proves their texts. Only text and
 * sums; `map_cells.ts` writes and reads them.
 */
import { createHash } from "node:crypto";

/** Tables of cells; those of the id map's rows are in `id_map.ts`. */
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

/** Columns of cells that hold text: a checksum of them is kept beside, since SQLite sums up numbers alone. */
export const CELL_TEXTS = ["column_name", "was", "want", "wrote"] as const;

/** A checksum of texts. */
export function textsSum(texts: readonly (string | null)[]): bigint {
  return BigInt(createHash("sha256").update(JSON.stringify(texts)).digest().readUInt32BE());
}
