/**
 * The seal: a digest of everything in a file that is not rows or media bytes, so that a changed name, count, warning,
 * schema or reference to a medium is noticed too. It proves that the file is as it was made, not where its rows come
 * from.
 *
 * seal = SHA-256 of text("anvil-sqlite-1 seal"), application id and user version as u32, then for each item below
 * its name, the rows' cells as `n` for NULL or `s` text(value), and its number of rows as u32: the SQL of the schema by
 * type and name; the catalogue's tables by their first columns, without the provenance key `seal` itself; and for each
 * media column, by table id and position, as `media of` its data table's SQL name and its own, a row of row id and cell
 * for each cell that is not NULL, by row id.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { isHeld, readCatalogue } from "../catalogue/catalogue.ts";
import { rowidAlias } from "../rows/rowid_alias.ts";
import { digestItems, keyedItem, type SealedItem } from "./sealed_items.ts";

/** Provenance key of the seal. */
export const SEAL_KEY = "seal";

/** What is sealed of every file, in this order. */
const SEALED: readonly SealedItem[] = [
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
  keyedItem("_anvil_media_objects", "id"),
  keyedItem("_anvil_warnings", "id"),
  keyedItem("_anvil_dangling_links", "rowid"),
];

/** The seal of a file as it is now, in hexadecimal. */
export function computeSeal(engine: Engine): string {
  return readSeal(engine).seal;
}

/** What was seen while a file was sealed. */
interface SealReading {
  readonly seal: string;
  /** Tables with U+FFFD in a text: it may come from bytes that are not UTF-8. */
  readonly replaced: ReadonlySet<string>;
}

/** The seal, and which tables have to be looked at byte by byte. */
export function readSeal(engine: Engine): SealReading {
  const replaced = new Set<string>();
  const items = [...SEALED, ...mediaColumns(engine)];
  const seal = digestItems(engine, "anvil-sqlite-1 seal", items, ({ name }) => replaced.add(name));
  if (replaced.has("schema")) replaced.add("sqlite_schema");
  return { seal, replaced };
}

function mediaColumns(engine: Engine): readonly SealedItem[] {
  const tables = readCatalogue(engine).tables.filter(isHeld).sort((a, b) => a.plan.tableId - b.plan.tableId);
  return tables.flatMap(({ plan }) =>
    plan.columns.flatMap(({ column, sqlName }): readonly SealedItem[] => {
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
