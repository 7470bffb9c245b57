/**
 * The tables that describe an archive: who made it, which tables and columns it holds, its media and its warnings.
 * Names are those of the forum script this program grew from. Text only; nothing here runs SQL.
 */

/** Bytes of media are stored in rows of at most this many bytes, so that no reader needs a whole medium in memory. */
export const BLOB_CHUNK_BYTES = 1_048_576;

/** States of a table in an archive. Excluded and unreadable ones are only listed: they have no SQL name and no rows. */
export const TABLE_STATES = ["schema-only", "copied", "excluded", "unreadable"] as const;

/** One of {@link TABLE_STATES}. */
export type TableState = typeof TABLE_STATES[number];

/**
 * States of a medium: its bytes are here; were left out on request; could not be fetched; are still to come (partial
 * files).
 */
const MEDIA_STATES = ["stored", "skipped", "failed", "pending"] as const;

/** One of {@link MEDIA_STATES}. */
export type MediaState = typeof MEDIA_STATES[number];

/** `CREATE TABLE` statements of the catalogue, without trailing semicolons. */
export const CATALOGUE_TABLES: readonly string[] = [
  `CREATE TABLE _provenance (
  key TEXT PRIMARY KEY NOT NULL,
  value ANY
) STRICT`,
  `CREATE TABLE _anvil_tables (
  id INTEGER PRIMARY KEY,
  python_name TEXT NOT NULL,
  title TEXT,
  server TEXT,
  client TEXT,
  anvil_id INTEGER,
  sql_name TEXT UNIQUE,
  row_id_sql_name TEXT,
  attributes TEXT NOT NULL,
  position INTEGER NOT NULL,
  state TEXT NOT NULL,
  rows_server INTEGER,
  rows_copied INTEGER,
  digest TEXT
) STRICT`,
  `CREATE TABLE _anvil_columns (
  _anvil_table_id INTEGER NOT NULL REFERENCES _anvil_tables(id),
  _anvil_column_id TEXT,
  table_name TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT,
  table_id INTEGER,
  client_hidden INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  sql_name TEXT NOT NULL,
  junction_sql_name TEXT,
  position INTEGER NOT NULL,
  PRIMARY KEY (_anvil_table_id, position)
) STRICT`,
  `CREATE TABLE _anvil_media_objects (
  id INTEGER PRIMARY KEY,
  content_type TEXT,
  name TEXT,
  url TEXT,
  length INTEGER,
  sha256 TEXT,
  manager TEXT,
  anvil_id TEXT,
  state TEXT NOT NULL
) STRICT`,
  `CREATE TABLE _anvil_blobs (
  sha256 TEXT NOT NULL,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (sha256, n)
) STRICT`,
  `CREATE TABLE _anvil_warnings (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  table_name TEXT,
  column_name TEXT,
  row_id TEXT,
  message TEXT NOT NULL
) STRICT`,
  `CREATE TABLE _anvil_dangling_links (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  target_row_id TEXT NOT NULL
) STRICT`,
];
