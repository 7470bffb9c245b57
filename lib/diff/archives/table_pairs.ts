/**
 * Which tables and columns of two archives are the same: by Anvil's ids when both sides are of one app and have them,
 * otherwise by name. It also lists the differences of the schemas, in sentences. It reads catalogues only.
 */
import { type Catalogue, type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import type { ColumnLayout } from "../../ddl/archive_layout.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";

/** A column of both sides, of the same kind; places in the plans' columns. */
export interface ColumnPair {
  /** The column on the later side. */
  readonly column: ColumnSchema;
  readonly a: number;
  readonly b: number;
}

/** A table of both sides. */
export interface TablePair {
  /** Python name on the later side. */
  readonly name: string;
  readonly a: CatalogueTable;
  readonly b: CatalogueTable;
  readonly columns: readonly ColumnPair[];
}

/** A difference between schemas, or a table that cannot be compared. */
export interface SchemaChange {
  readonly kind: "schema" | "not-compared";
  readonly table: string;
  readonly column: string | null;
  readonly message: string;
  /** Whether the later side lacks what the earlier side has. */
  readonly isGone: boolean;
}

/** What is the same in two catalogues, and what differs. */
interface PairedTables {
  /** Tables whose rows both sides hold, in the order of the earlier side. */
  readonly pairs: readonly TablePair[];
  readonly changes: readonly SchemaChange[];
}

/** Pairs the tables of an earlier and a later archive. */
export function pairTables(a: Catalogue, b: Catalogue): PairedTables {
  const isOneApp = sameApp(a, b);
  const partners = pairUp(a.tables, b.tables, ({ plan: { table } }) => table.name, (x, y) => {
    const [one, other] = [x.plan.table.id, y.plan.table.id];
    return one === null || other === null || !isOneApp ? null : one === other;
  });
  const pairs: TablePair[] = [];
  const changes: SchemaChange[] = [];
  for (const [before, after] of partners) {
    if (before !== null && after !== null) {
      const columns = pairColumns(before, after, changes);
      if (isHeld(before) && isHeld(after)) pairs.push({ name: after.plan.table.name, a: before, b: after, columns });
      else if (isHeld(before) || isHeld(after)) changes.push(...notCompared(before, after));
    } else {
      changes.push(...oneSided(before, after));
    }
  }
  return { pairs, changes };
}

/** Whether ids can be compared: not between two apps, and an App Server's apps have no ids. */
function sameApp(a: Catalogue, b: Catalogue): boolean {
  return (a.provenance.get("app_id") ?? "") === (b.provenance.get("app_id") ?? "");
}

function oneSided(before: CatalogueTable | null, after: CatalogueTable | null): readonly SchemaChange[] {
  const table = (before ?? after)?.plan.table.name ?? "";
  const isGone = after === null;
  return [{ kind: "schema", table, column: null, message: `Table '${table}' is ${isGone ? "gone" : "new"}`, isGone }];
}

/** A table that only one side left out, or could not read: its rows there are unknown. */
function notCompared(before: CatalogueTable, after: CatalogueTable): readonly SchemaChange[] {
  const { name } = after.plan.table;
  const why = (["earlier", "later"] as const).flatMap((side) => {
    const { state } = side === "earlier" ? before : after;
    if (state !== "excluded" && state !== "unreadable") return [];
    return `${state === "excluded" ? "left out of" : "not readable for"} the ${side} backup`;
  });
  const message = `Rows of table '${name}' were not compared: it was ${why.join(" and ")}`;
  return [{ kind: "not-compared", table: name, column: null, message, isGone: false }];
}

function pairColumns(before: CatalogueTable, after: CatalogueTable, changes: SchemaChange[]): readonly ColumnPair[] {
  const table = after.plan.table.name;
  const say = (column: string, what: string, isGone = false) => {
    const message = `Column '${column}' of table '${table}' ${what}`;
    changes.push({ kind: "schema", table, column, message, isGone });
  };
  if (before.plan.table.name !== table) {
    const message = `Table '${before.plan.table.name}' is called '${table}' now`;
    changes.push({ kind: "schema", table, column: null, message, isGone: false });
  }
  // The columns of an unreadable table are not known.
  if ([before, after].some(({ state }) => state === "unreadable")) return [];
  const partners = pairUp(before.plan.columns, after.plan.columns, ({ column }) => column.name, (x, y) => {
    const [one, other] = [x.column.id, y.column.id];
    return one === null || other === null ? null : one === other;
  });
  return partners.flatMap(([old, now]): readonly ColumnPair[] => {
    if (old === null || now === null) {
      say((old ?? now)?.column.name ?? "", now === null ? "is gone" : "is new", now === null);
      return [];
    }
    const { name } = now.column;
    if (old.column.name !== name) say(name, `was called '${old.column.name}'`);
    if (typeOf(old.column) !== typeOf(now.column)) {
      say(name, `was ${typeOf(old.column)}, and is ${typeOf(now.column)} now`);
      return [];
    }
    if (isLink(now.column.kind) && targetOf(old) !== targetOf(now)) {
      say(name, `linked to ${targetOf(old)}, and links to ${targetOf(now)} now`);
    }
    return [{ column: now.column, a: before.plan.columns.indexOf(old), b: after.plan.columns.indexOf(now) }];
  });
}

function typeOf({ kind, declaredType }: ColumnSchema): string {
  return kind === "unknown" ? `of the unknown type '${declaredType}'` : kind;
}

function targetOf({ column: { target } }: ColumnLayout): string {
  return target === null ? "no table of the app" : `table '${target}'`;
}

/**
 * Pairs what is the same, in the order of `a`; then what only `b` has.
 * @param sameId null if ids cannot be compared
 */
function pairUp<T>(
  a: readonly T[],
  b: readonly T[],
  nameOf: (item: T) => string,
  sameId: (a: T, b: T) => boolean | null,
): readonly (readonly [T | null, T | null])[] {
  const partners = new Map<T, T>();
  const left = new Set(b);
  const rules = [
    (x: T, y: T) => sameId(x, y) === true,
    (x: T, y: T) => sameId(x, y) !== false && nameOf(x) === nameOf(y),
    // A table that was deleted and made again has another id: for its owner it is the same.
    (x: T, y: T) => nameOf(x) === nameOf(y),
  ];
  for (const fits of rules) {
    for (const item of a) {
      const partner = partners.has(item) ? undefined : [...left].find((other) => fits(item, other));
      if (partner === undefined) continue;
      partners.set(item, partner);
      left.delete(partner);
    }
  }
  return [
    ...a.map((item) => [item, partners.get(item) ?? null] as const),
    ...[...left].map((item) => [null, item] as const),
  ];
}
