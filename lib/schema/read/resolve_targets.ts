/**
 * Compares link targets with the tables that exist: by python name, or by Anvil's table id. A target that does not
 * exist becomes null with a warning; the source's own words for it are kept.
 */
import { jsonString } from "../../json/exact_json.ts";
import type { ColumnSchema, TableSchema } from "../model/app_schema.ts";
import { isLink } from "../model/column_kind.ts";
import type { ReadColumn } from "./read_columns.ts";
import type { ReadTable } from "./read_table.ts";
import { shown, type Warn } from "../model/warnings.ts";

/** Resolves the links of all tables of one schema; it also reports names and ids that occur twice. */
export function resolveTargets(tables: readonly ReadTable[], warn: Warn): TableSchema[] {
  warnOfDuplicates(tables, warn);
  const names = new Set(tables.map(({ table }) => table.name));
  const nameOfId = new Map(tables.toReversed().map(({ table }) => [table.id, table.name]));
  return tables.map(({ table, columns }) => ({
    ...table,
    columns: columns.map((column) => resolve(column, names, nameOfId, warn)),
  }));
}

function resolve(
  { column, place }: ReadColumn,
  names: ReadonlySet<string>,
  nameOfId: ReadonlyMap<number | null, string>,
  warn: Warn,
): ColumnSchema {
  if (!isLink(column.kind) || (column.target !== null && names.has(column.target))) return column;
  const byId = column.targetId === null ? undefined : nameOfId.get(column.targetId);
  if (column.target === null && byId !== undefined) return { ...column, target: byId };
  const told = column.target !== null
    ? `table ${shown(column.target)}, which is not there`
    : column.targetId !== null
    ? `table id ${column.targetId}, which is not there`
    : "no table of this app";
  const taken = byId === undefined
    ? "the links are kept without a target"
    : `table ${shown(byId)} of id ${column.targetId} is taken`;
  warn("missing-target", `Column ${shown(column.name)} links to ${told}; ${taken}`, place);
  if (column.target === null) return column;
  return { ...column, target: byId ?? null, extra: { ...column.extra, target: jsonString(column.target) } };
}

function warnOfDuplicates(tables: readonly ReadTable[], warn: Warn): void {
  const names = new Map<string, number | null>();
  const ids = new Map<number, string>();
  for (const { table: { name, id }, place } of tables) {
    const other = names.get(name);
    if (other !== undefined) {
      const which = id !== null && other !== null ? ` (ids ${other} and ${id})` : "";
      warn("duplicate-table", `Two tables are called ${shown(name)}${which}; both are kept`, place);
    } else names.set(name, id);
    if (id === null) continue;
    const holder = ids.get(id);
    if (holder === undefined) ids.set(id, name);
    else warn("duplicate-table-id", `Tables ${shown(holder)} and ${shown(name)} have the same id ${id}`, place);
  }
}
