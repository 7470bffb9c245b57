/**
 * The seal: a digest of everything in a file that is not rows or media bytes, so that a changed name, count, warning,
 * schema or reference to a medium is noticed too. It says that the file is as it was made, not where its rows come from.
 *
 * seal = SHA-256 of text("anvil-sqlite-1 seal"), application id and user version as u32, then for each item below
 * its name, the rows' cells as `n` for NULL or `s` text(value), and its number of rows as u32: the SQL of the schema by
 * type and name; the catalogue's tables by their first columns, without the provenance key `seal` itself; and for each
 * media column, by table id and position, as `media of` its data table's SQL name and its own, a row of row id and cell
 * for each cell that is not NULL, by row id.
 */
import { createHash } from "node:crypto";
import { quoteName } from "../../ddl/quote.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { isHeld, readCatalogue } from "../catalogue/catalogue.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, type SqlRow, type SqlValue } from "../../sqlite/sql_value.ts";
import { rowidAlias } from "../rows/rowid_alias.ts";

/** Provenance key of the seal. */
export const SEAL_KEY = "seal";

/** An item that is sealed. */
interface Sealed {
  readonly name: string;
  /** SELECT of its cells, behind a first column with an ascending integer that ?1 bounds from below; or of cells alone. */
  readonly sql: string;
  readonly keyed: boolean;
}

const keyed = (name: string, key: string): Sealed => ({
  name,
  sql: `SELECT ${key}, * FROM ${name} WHERE ${key} > ?1 ORDER BY ${key}`,
  keyed: true,
});

/** What is sealed of every file, in this order. */
const SEALED: readonly Sealed[] = [
  {
    name: "schema",
    sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
    keyed: false,
  },
  {
    name: "_provenance",
    sql: `SELECT key, typeof(value), value FROM _provenance WHERE key <> '${SEAL_KEY}' ORDER BY key`,
    keyed: false,
  },
  { name: "_anvil_tables", sql: "SELECT * FROM _anvil_tables ORDER BY id", keyed: false },
  { name: "_anvil_columns", sql: "SELECT * FROM _anvil_columns ORDER BY _anvil_table_id, position", keyed: false },
  keyed("_anvil_media_objects", "id"),
  keyed("_anvil_warnings", "id"),
  keyed("_anvil_dangling_links", "rowid"),
];

/** Rows fetched at once of what may be long. */
const BATCH = 2_000;
const LOWEST = -(2n ** 63n);

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
  for (const item of [...SEALED, ...mediaColumns(engine)]) {
    out.bareText(item.name);
    let count = 0;
    for (const rows of batches(engine, item)) {
      for (const row of rows) for (const cell of row) appendValue(out, cell);
      count += rows.length;
      flush();
    }
    out.u32(count);
  }
  flush();
  return hash.digest("hex");
}

function mediaColumns(engine: Engine): readonly Sealed[] {
  const tables = readCatalogue(engine).tables.filter(isHeld).sort((a, b) => a.plan.tableId - b.plan.tableId);
  return tables.flatMap(({ plan }) =>
    plan.columns.flatMap(({ column, sqlName }): readonly Sealed[] => {
      if (column.kind !== "media") return [];
      const [rowid, cell] = [rowidAlias(plan), quoteName(sqlName)];
      return [{
        name: `media of ${plan.sqlName} ${sqlName}`,
        sql: `
          SELECT ${rowid}, ${quoteName(plan.rowIdSqlName)}, ${cell} FROM ${quoteName(plan.sqlName)}
          WHERE ${rowid} > ?1 AND ${cell} IS NOT NULL ORDER BY ${rowid}`,
        keyed: true,
      }];
    })
  );
}

function* batches(engine: Engine, { sql, keyed }: Sealed): Iterable<readonly SqlRow[]> {
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

/** Numbers go in as text: engines read integers differently. */
function appendValue(out: ByteBuffer, value: SqlValue): void {
  if (value === null) return out.tag("n");
  if (value instanceof Uint8Array) throw new TypeError("The catalogue holds no bytes");
  out.text("s", String(value));
}
