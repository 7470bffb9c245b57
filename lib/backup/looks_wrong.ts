/**
 * What looks wrong in a backup compared with the one before it: many rows, tables or columns are gone, and maybe nobody
 * has noticed. It only compares; the result goes into the file as warnings.
 */
import {
  type ArchiveWarning,
  type Catalogue,
  type CatalogueTable,
  readCatalogue,
} from "../archive/catalogue/catalogue.ts";
import { LOOKS_WRONG } from "../archive/catalogue/looks_wrong_code.ts";
import type { OpenArchive } from "../archive/open_archive.ts";
import { countStored } from "../archive/rows/row_reader.ts";
import { quoteName } from "../ddl/quote.ts";
import { pairTables, type TablePair } from "../diff/archives/table_pairs.ts";
import type { Engine } from "../sqlite/engine.ts";
import { integerOf } from "../sqlite/sql_value.ts";

/** A table looks wrong when it loses more than this share of its rows, and more than this number. */
const LOST_SHARE = 0.2;
const LOST_ROWS = 20;
/** A file looks wrong when it is smaller than this share of the one before. */
const SHRUNK_SHARE = 0.5;

/** The complete backup before this one. */
export interface Predecessor {
  readonly catalogue: Catalogue;
  /** Size of its file; null when it is not a file of its own. */
  readonly bytes: number | null;
  /** Whether any cell of a column holds a value. */
  hasValues(table: CatalogueTable, column: number): boolean;
}

/** Makes a predecessor of an archive. */
export function predecessorOf({ engine, catalogue }: OpenArchive, bytes: number | null): Predecessor {
  return { catalogue, bytes, hasValues: (table, column) => hasValues(engine, table, column) };
}

/** What looks wrong in a file that has all its rows and is not completed yet. */
export function whatLooksWrong(engine: Engine, before: Predecessor): readonly ArchiveWarning[] {
  const now = readCatalogue(engine);
  const { pairs, changes } = pairTables(before.catalogue, now);
  const gone = changes.filter(({ isGone }) => isGone).map(({ table, column, message }) =>
    warning(table, column, `${message}, which the backup before this one had`)
  );
  return [...gone, ...pairs.flatMap((pair) => tableWarnings(engine, pair, before)), ...shrunk(engine, now, before)];
}

function tableWarnings(engine: Engine, { name, a, b, columns }: TablePair, before: Predecessor): ArchiveWarning[] {
  // If the rows of a table were not copied, on either side, there is nothing to compare.
  if (a.state !== "copied" || b.state !== "copied") return [];
  const [had, has] = [a.rowsCopied ?? 0, countStored(engine, b.plan)];
  const lost = had - has;
  if (lost > LOST_ROWS && lost > had * LOST_SHARE) {
    return [warning(name, null, `Table '${name}' lost ${lost} of its ${had} rows since the backup before this one`)];
  }
  if (has === 0) return [];
  return columns.filter((column) => !hasValues(engine, b, column.b) && before.hasValues(a, column.a)).map((
    { column },
  ) =>
    warning(name, column.name, `Column '${column.name}' of table '${name}' is empty now; the backup before had values`)
  );
}

function hasValues(engine: Engine, { plan }: CatalogueTable, column: number): boolean {
  const name = plan.columns[column]?.sqlName;
  if (name === undefined) return false;
  const sql = `SELECT 1 FROM ${quoteName(plan.sqlName)} WHERE ${quoteName(name)} IS NOT NULL LIMIT 1`;
  return engine.query(sql).length > 0;
}

/** Files with other tables, or without media, may well have another size. */
function shrunk(engine: Engine, now: Catalogue, { catalogue, bytes }: Predecessor): readonly ArchiveWarning[] {
  if (bytes === null || now.provenance.get("options") !== catalogue.provenance.get("options")) return [];
  const pages = (what: string) => Number(integerOf(engine.query(`PRAGMA ${what}`)[0]?.[0]) ?? 0n);
  const size = (pages("page_count") - pages("freelist_count")) * pages("page_size");
  if (size >= bytes * SHRUNK_SHARE) return [];
  const share = Math.round(size / bytes * 100);
  return [warning(null, null, `The file has only ${share} % of the size of the backup before this one`)];
}

function warning(table: string | null, column: string | null, message: string): ArchiveWarning {
  return { code: LOOKS_WRONG, table, column, row: null, message };
}
