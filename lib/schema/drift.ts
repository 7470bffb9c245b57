/**
 * How a schema file differs from the live app: tables and columns that are missing, extra, of another type, or with
 * links to another table. It compares what a backup relies on, never titles, access, order or looks. The caller decides
 * what to do about it.
 */
import { stringOf } from "../json/exact_json.ts";
import type { AppSchema, ColumnSchema, TableSchema } from "./model/app_schema.ts";
import { isLink } from "./model/column_kind.ts";
import { isUnreadable } from "./from_live.ts";
import { shown } from "./model/warnings.ts";

/** Kinds of drift; "missing" is in the file and not in the app, "extra" the other way round. */
const DRIFT_KINDS = [
  "missing-table",
  "extra-table",
  "missing-column",
  "extra-column",
  "retyped-column",
  "retargeted-column",
] as const;

/** One of {@link DRIFT_KINDS}. */
export type DriftKind = typeof DRIFT_KINDS[number];

/** One difference. */
export interface Drift {
  readonly kind: DriftKind;
  /** Python name. */
  readonly table: string;
  /** Column name; null if the whole table differs. */
  readonly column: string | null;
  readonly message: string;
}

/**
 * Compares a schema file with the live app, by python name of tables and name of columns, case-sensitive.
 * The columns of an unreadable table are not compared.
 */
export function compareSchemas(file: AppSchema, live: AppSchema): readonly Drift[] {
  const pairs = pairUp(file.tables, live.tables, (table) => table.name, (a, b) => a.id !== null && a.id === b.id);
  return pairs.flatMap(({ a: told, b: found }): readonly Drift[] => {
    if (told && found) return isUnreadable(found) ? [] : compareColumns(told, found);
    const name = (told ?? found)?.name ?? "";
    return told
      ? [{ kind: "missing-table", table: name, column: null, message: `Table ${shown(name)} is not in the app` }]
      : [{ kind: "extra-table", table: name, column: null, message: `Table ${shown(name)} is not in the file` }];
  });
}

function compareColumns(file: TableSchema, live: TableSchema): readonly Drift[] {
  const table = file.name;
  return pairUp(file.columns, live.columns, ({ name }) => name, () => false).flatMap(({ a, b }): readonly Drift[] => {
    const column = (a ?? b)?.name ?? "";
    const drift = (kind: DriftKind, what: string): Drift[] => [
      { kind, table, column, message: `Column ${shown(column)} of table ${shown(table)} ${what}` },
    ];
    if (!b) return drift("missing-column", "is not in the app");
    if (!a) return drift("extra-column", "is not in the file");
    if (typeOf(a) !== typeOf(b)) return drift("retyped-column", `is ${typeOf(a)} in the file, ${typeOf(b)} in the app`);
    if (isLink(a.kind) && !sameTarget(a, b)) {
      return drift("retargeted-column", `links to ${targetOf(a)} in the file, to ${targetOf(b)} in the app`);
    }
    return [];
  });
}

function typeOf({ kind, declaredType }: ColumnSchema): string {
  return kind === "unknown" ? `unknown type ${shown(declaredType)}` : kind;
}

/** The name of the target, even when the source does not hold that table. */
function targetName(column: ColumnSchema): string | null {
  return column.target ?? stringOf(column.extra["target"]);
}

/** Names are compared; ids only if a side has no name, since copies of an app have other ids. */
function sameTarget(a: ColumnSchema, b: ColumnSchema): boolean {
  if (targetName(a) === targetName(b)) return true;
  return (targetName(a) === null || targetName(b) === null) && a.targetId !== null && a.targetId === b.targetId;
}

function targetOf(column: ColumnSchema): string {
  const name = targetName(column);
  if (name !== null) return `table ${shown(name)}`;
  return column.targetId === null ? "no table of this app" : `table id ${column.targetId}`;
}

interface Pair<T> {
  readonly a: T | null;
  readonly b: T | null;
}

/**
 * Pairs equal names. Of several with one name the best fit is taken, otherwise they are taken in order; unpaired ones
 * come last, `a` before `b`.
 */
function pairUp<T>(
  a: readonly T[],
  b: readonly T[],
  nameOf: (item: T) => string,
  fits: (a: T, b: T) => boolean,
): readonly Pair<T>[] {
  const left = new Map<string, T[]>();
  for (const item of b) left.set(nameOf(item), [...(left.get(nameOf(item)) ?? []), item]);
  const partners = new Map<T, T>();
  for (const isPartner of [fits, () => true]) {
    for (const item of a) {
      const candidates = left.get(nameOf(item)) ?? [];
      const at = partners.has(item) ? -1 : candidates.findIndex((candidate) => isPartner(item, candidate));
      for (const partner of at < 0 ? [] : candidates.splice(at, 1)) partners.set(item, partner);
    }
  }
  return [
    ...a.map((item) => ({ a: item, b: partners.get(item) ?? null })),
    ...b.filter((item) => left.get(nameOf(item))?.includes(item)).map((item) => ({ a: null, b: item })),
  ];
}
