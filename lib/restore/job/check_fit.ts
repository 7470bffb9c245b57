/**
 * Whether an app can take an archive's tables: what is missing or different there, and the `db_schema` text that would
 * add it. Pure. Tables and columns cannot be made over the Uplink, only by saving this text in the app.
 */
import { type Catalogue, catalogueSchema } from "../../archive/catalogue/catalogue.ts";
import type { AppSchema, TableSchema } from "../../schema/model/app_schema.ts";
import { withLinkTargets } from "../../schema/complete_schema.ts";
import { compareSchemas, type Drift } from "../../schema/drift.ts";
import { toAnvilYaml } from "../../schema/to_anvil_yaml.ts";
import type { ListedTable } from "../../tables/listing.ts";
import type { Mask } from "../../mask/mask.ts";
import { leadsOutside } from "./table_job.ts";

/** A difference because of which the app cannot take the archive. */
export interface Gap {
  readonly kind: Drift["kind"] | "unreadable-table";
  readonly table: string;
  readonly column: string | null;
  readonly message: string;
}

/** Kinds of drift that matter to a restore: the app may have more than the archive. */
const GAPS: ReadonlySet<string> = new Set(["missing-table", "missing-column", "retyped-column", "retargeted-column"]);

/** Finds the gaps of some of an archive's tables. */
export function findGaps(
  wanted: readonly TableSchema[],
  archive: Catalogue,
  live: AppSchema,
  listed: readonly ListedTable[],
  mask: Mask | null,
): readonly Gap[] {
  const unreadable = wanted.flatMap(({ name }): readonly Gap[] => {
    const table = listed.find((candidate) => candidate.name === name);
    if (table === undefined || table.capability !== null) return [];
    const message = `Server code may not use table '${name}': its access is 'none'`;
    return [{ kind: "unreadable-table", table: name, column: null, message }];
  });
  const drift = compareSchemas({ source: "archive", tables: wanted }, live).filter((gap) =>
    GAPS.has(gap.kind) && !passed(gap, wanted, archive, mask)
  );
  return [...unreadable, ...drift];
}

/**
 * Columns that are not written need not exist: columns that a mask drops, columns of an unknown type, and links to
 * tables that were never in the archive.
 */
function passed(
  { table, column }: Drift,
  wanted: readonly TableSchema[],
  archive: Catalogue,
  mask: Mask | null,
): boolean {
  if (column === null) return false;
  if (mask?.rule(table, column)?.action === "drop") return true;
  const schema = wanted.find(({ name }) => name === table)?.columns.find(({ name }) => name === column);
  return schema !== undefined && (schema.kind === "unknown" || leadsOutside(schema, archive));
}

/**
 * The `db_schema` text of the tables that have gaps. It has the app's extra columns too, and the linked tables that the
 * app does not have.
 */
export function closingSchema(
  gaps: readonly Gap[],
  wanted: readonly TableSchema[],
  archive: Catalogue,
  live: AppSchema,
): string {
  const names = new Set(gaps.filter(({ kind }) => kind !== "unreadable-table").map(({ table }) => table));
  const tables = wanted.filter(({ name }) => names.has(name)).map((table): TableSchema => {
    const there = live.tables.find(({ name }) => name === table.name);
    const own = new Set(table.columns.map(({ name }) => name));
    return { ...table, columns: [...table.columns, ...(there?.columns ?? []).filter(({ name }) => !own.has(name))] };
  });
  if (tables.length === 0) return "";
  const there = new Set(live.tables.map(({ name }) => name));
  return toAnvilYaml(withLinkTargets({ source: "archive", tables }, catalogueSchema(archive).tables, there));
}
