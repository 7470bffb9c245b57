/**
 * The tables that every vault has beside the rows of the app: its snapshots, and what was known at each snapshot. Text
 * only; nothing here runs SQL.
 *
 * `_anvil_from` is the number of the snapshot from which a line counts. In provenance, table states, warning lists and media
 * states a line counts until the next line of the same thing.
 */

/** `CREATE TABLE` statements by table name. */
export const CORE_TABLES: ReadonlyMap<string, string> = new Map([
  [
    "_anvil_vault",
    `CREATE TABLE _anvil_vault (
  key TEXT PRIMARY KEY NOT NULL,
  value ANY
) STRICT, WITHOUT ROWID`,
  ],
  [
    "_anvil_snapshots",
    `CREATE TABLE _anvil_snapshots (
  id INTEGER PRIMARY KEY,
  taken_at TEXT NOT NULL,
  added_at TEXT NOT NULL,
  complete TEXT NOT NULL,
  snapshot_kind TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  file_bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  previous INTEGER,
  changes TEXT,
  broken_links INTEGER NOT NULL,
  broken_links_sha256 TEXT NOT NULL,
  seal TEXT NOT NULL
) STRICT`,
  ],
  [
    "_anvil_provenance",
    `CREATE TABLE _anvil_provenance (
  key TEXT NOT NULL,
  _anvil_from INTEGER NOT NULL,
  present INTEGER NOT NULL,
  value ANY,
  PRIMARY KEY (key, _anvil_from)
) STRICT, WITHOUT ROWID`,
  ],
  [
    "_anvil_schemas",
    `CREATE TABLE _anvil_schemas (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  schema TEXT NOT NULL
) STRICT`,
  ],
  [
    "_anvil_table_states",
    `CREATE TABLE _anvil_table_states (
  table_number INTEGER NOT NULL,
  _anvil_from INTEGER NOT NULL,
  position INTEGER,
  state TEXT NOT NULL,
  schema_id INTEGER NOT NULL REFERENCES _anvil_schemas (id),
  rows_server INTEGER,
  rows_copied INTEGER,
  digest TEXT,
  media_digest TEXT,
  PRIMARY KEY (table_number, _anvil_from)
) STRICT, WITHOUT ROWID`,
  ],
  [
    "_anvil_warnings",
    `CREATE TABLE _anvil_warnings (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  table_name TEXT,
  column_name TEXT,
  row_id TEXT,
  message TEXT NOT NULL
) STRICT`,
  ],
  [
    "_anvil_warning_lists",
    `CREATE TABLE _anvil_warning_lists (
  _anvil_from INTEGER PRIMARY KEY,
  warnings TEXT NOT NULL
) STRICT`,
  ],
  [
    "_anvil_media_uses",
    `CREATE TABLE _anvil_media_uses (
  id INTEGER PRIMARY KEY,
  content_type TEXT,
  name TEXT,
  url TEXT,
  manager TEXT,
  anvil_id TEXT,
  n INTEGER NOT NULL
) STRICT`,
  ],
  [
    "_anvil_media_states",
    `CREATE TABLE _anvil_media_states (
  use_id INTEGER NOT NULL REFERENCES _anvil_media_uses (id),
  _anvil_from INTEGER NOT NULL,
  state TEXT NOT NULL,
  sha256 TEXT,
  length INTEGER,
  PRIMARY KEY (use_id, _anvil_from)
) STRICT, WITHOUT ROWID`,
  ],
  [
    "_anvil_blobs",
    `CREATE TABLE _anvil_blobs (
  sha256 TEXT NOT NULL,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (sha256, n)
) STRICT`,
  ],
]);

/** `CREATE INDEX` statements by index name. */
export const CORE_INDEXES: ReadonlyMap<string, string> = new Map([
  [
    "_anvil_media_uses_by_id",
    "CREATE INDEX _anvil_media_uses_by_id ON _anvil_media_uses (anvil_id, manager)",
  ],
]);
