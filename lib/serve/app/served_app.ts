/**
 * The archive's tables as the wire knows them: names, ids, columns in both orders, access, and their names in SQLite.
 * Made from the catalogue, once for each schema; it reads no row.
 */
import { createHash } from "node:crypto";
import { type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import type { Access } from "../../schema/model/app_schema.ts";
import { canonicalJson, type Json, type JsonObject, stringOf } from "../../json/exact_json.ts";
import { wireString } from "../protocol/wire_text.ts";

/** A column. */
export interface ServedColumn {
  readonly plan: ColumnLayout;
  readonly name: string;
  /** Anvil's column id; if the archive has none, one that is made up, but always the same. */
  readonly id: string;
  readonly kind: ColumnKind;
  /** Type as the wire spells it. */
  readonly type: string;
  /** Id of the linked table, for links. */
  readonly targetId: number | null;
  readonly clientHidden: boolean;
  /** What becomes of a single link when its target is deleted; split storage only. */
  readonly onDelete: OnDelete;
  /** SQL name, quoted. */
  readonly sql: string;
}

/**
 * What happens to rows that hold a link when its target is deleted: the link becomes None, the rows are deleted too, or
 * they prevent the deletion.
 */
const ON_DELETE = ["none", "cascade", "restrict"] as const;

/** One of {@link ON_DELETE}. */
export type OnDelete = typeof ON_DELETE[number];

/** A table. */
export interface ServedTable {
  readonly plan: TableLayout;
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly access: { readonly server: Access; readonly client: Access };
  /** Whether the archive has its rows. */
  readonly held: boolean;
  /** Columns in the editor's order. */
  readonly columns: readonly ServedColumn[];
  /** SQL name, quoted. */
  readonly sql: string;
  /** SQL name of the row id's text, quoted. */
  readonly rowIdSql: string;
  /** SQL text of the numeric row id. */
  readonly rowid: string;
}

/** All tables of an app. */
export class ServedApp {
  readonly tables: readonly ServedTable[];
  readonly #byId: ReadonlyMap<number, ServedTable>;

  /** @param onDelete for all links; by default what their columns' attribute `on_delete` says */
  constructor(tables: readonly CatalogueTable[], onDelete: OnDelete | null = null) {
    this.tables = tables.map((table) => servedTable(table, tables, onDelete));
    this.#byId = new Map(this.tables.map((table) => [table.id, table]));
  }

  table(id: number): ServedTable | null {
    return this.#byId.get(id) ?? null;
  }
}

function servedTable(table: CatalogueTable, all: readonly CatalogueTable[], onDelete: OnDelete | null): ServedTable {
  const { plan } = table;
  const held = isHeld(table);
  const names = new Set<string>();
  return {
    plan,
    id: plan.tableId,
    name: plan.table.name,
    title: plan.table.title ?? plan.table.name,
    // A live listing does not say who has access; server code does, because the rows were read.
    access: { server: plan.table.server ?? "full", client: plan.table.client ?? "none" },
    held,
    // When a hand-made schema has a name twice, only one of the two can be asked for.
    columns: plan.columns.filter(({ column }) => !names.has(column.name) && names.add(column.name))
      .map((column) => servedColumn(plan, column, all, onDelete)),
    sql: quoteName(plan.sqlName),
    rowIdSql: quoteName(plan.rowIdSqlName),
    rowid: held ? rowidAlias(plan) : "rowid",
  };
}

function servedColumn(
  table: TableLayout,
  plan: ColumnLayout,
  all: readonly CatalogueTable[],
  onDelete: OnDelete | null,
): ServedColumn {
  const { column } = plan;
  const targetId = isLink(column.kind) ? targetOf(plan, all) : null;
  // A link without a known target is what the wire calls unresolved.
  const kind = isLink(column.kind) && targetId === null ? "unknown" : column.kind;
  return {
    plan,
    name: column.name,
    id: column.id ?? madeUpId(table.table.name, column.name),
    kind,
    type: kind === column.kind ? (kind === "unknown" ? column.declaredType : kind) : unresolvedType(column.kind),
    targetId,
    clientHidden: column.clientHidden,
    onDelete: onDelete ?? onDeleteOf(column.extra["on_delete"]),
    sql: quoteName(plan.sqlName),
  };
}

/** It also reads the words of a real server's column, where `set_null` means our `none`. */
function onDeleteOf(attribute: Json | undefined): OnDelete {
  const text = stringOf(attribute);
  return ON_DELETE.find((known) => known === text) ?? "none";
}

function unresolvedType(kind: ColumnKind): string {
  return kind === "link_multiple" ? "unresolvedArray" : "unresolved";
}

function targetOf({ column }: ColumnLayout, all: readonly CatalogueTable[]): number | null {
  const byId = all.find(({ plan }) => column.targetId !== null && plan.table.id === column.targetId);
  const byName = all.find(({ plan }) => column.targetId === null && plan.table.name === column.target);
  return (byId ?? byName)?.plan.tableId ?? column.targetId;
}

function madeUpId(table: string, column: string): string {
  return createHash("sha256").update(JSON.stringify([table, column])).digest("base64").slice(0, 12);
}

/** What a call sees of a table: all of it, or a view with fewer columns and rows. */
export interface TableView {
  readonly table: ServedTable;
  /** The scope's `VIEW` element: `{"id": n}`; for views with more members. */
  readonly element: JsonObject;
  /** Its compact JSON text, keys sorted. */
  readonly key: string;
  /** Visible columns sorted by name in UTF-16 code units: the order of compact rows. */
  readonly columns: readonly ServedColumn[];
}

/** The `VIEW` element of a linked table. A view that cascades passes its rights on to linked tables. */
export function linkedElement(element: JsonObject, tableId: number): JsonObject {
  return element["perm"] === "rwc" ? { id: tableId, perm: "rwc" } : { id: tableId };
}

/** `spec.cols` of a view, as JSON text. */
export function colsText({ columns, element }: TableView): string {
  const cols = columns.map(({ name, type, targetId, clientHidden }) => {
    const target = targetId === null ? "" : `"table_id":${targetId},`;
    const key = targetId === null ? "" : canonicalJson(linkedElement(element, targetId));
    const link = targetId === null ? "" : `,"view_key":${wireString(key)}`;
    return `{"name":${wireString(name)},"type":${wireString(type)},${target}"client_hidden":${
      clientHidden || null
    }${link}}`;
  });
  return `[${cols.join(",")}]`;
}

/** Columns in the order of compact rows. */
export function byName(columns: readonly ServedColumn[]): readonly ServedColumn[] {
  return columns.toSorted((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
