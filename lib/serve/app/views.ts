/**
 * What a connection sees of the tables: all of a table, or less through a view. Client code does not see columns that
 * are hidden from it. There is one object for each `VIEW` element, so that equal views are the same object.
 */
import type { KeyKind } from "../../uplink/frames.ts";
import { isArray, type Json, type JsonObject, stringOf } from "../../json/exact_json.ts";
import type { TableScope } from "../protocol/capabilities.ts";
import { viewKey } from "../protocol/capabilities.ts";
import { internalError, permissionDenied, tableError } from "../protocol/errors.ts";
import { byName, linkedElement, type ServedApp, type ServedTable, type TableView } from "./served_app.ts";

/** A view with the condition that its rows must meet. */
export interface SearchableView {
  readonly view: TableView;
  /** JSON text of a query; null for all rows. */
  readonly restrict: string | null;
  /** Rights that a view grants, whatever the table's access is; null for the table itself. */
  readonly permission: ViewPermission | null;
}

/** Rights of a view, each with those before it: read, write, and the same for linked rows. */
export const VIEW_PERMISSIONS = ["r", "rw", "rwc"] as const;

/** One of {@link VIEW_PERMISSIONS}. */
type ViewPermission = typeof VIEW_PERMISSIONS[number];

/** What a call wants to do with a table. */
type Wanted = "read" | "write";

/** The views of one app for one kind of key. */
export class Views {
  readonly app: ServedApp;
  readonly #kind: KeyKind;
  readonly #views = new Map<string, SearchableView>();

  constructor(app: ServedApp, kind: KeyKind) {
    this.app = app;
    this.#kind = kind;
  }

  /** The view that a scope names. */
  ofScope({ view, tableId }: TableScope): SearchableView {
    const table = this.app.table(tableId);
    if (table === null) throw tableError("This table has been deleted");
    return this.#view(table, view);
  }

  /**
   * The views for links of a view: all of a table, with the rights of its own access, or with the view's rights if the
   * view cascades. A table that the app does not have becomes one without columns.
   */
  linkedFrom({ element }: TableView): (tableId: number) => TableView {
    return (id) => this.#view(this.app.table(id) ?? ghost(id), linkedElement(element, id)).view;
  }

  #view(table: ServedTable, element: JsonObject): SearchableView {
    const key = viewKey(element);
    const known = this.#views.get(key);
    if (known !== undefined && known.view.table === table) return known;
    const { cols = null, restrict = null, perm = null } = element;
    if (restrict !== null && typeof restrict !== "string") throw internalError("Invalid view in a capability");
    const names = isArray(cols) ? cols.map(stringOf) : null;
    const columns = table.columns.filter((column) =>
      (names === null || names.includes(column.name)) && !(this.#kind === "client" && column.clientHidden)
    );
    const searchable: SearchableView = {
      view: { table, element, key, columns: byName(columns) },
      restrict,
      permission: permissionOf(perm),
    };
    this.#views.set(key, searchable);
    return searchable;
  }

  /** Whether this kind of key may do it at all; a listing then shows a capability, otherwise none. */
  allows(table: ServedTable, wanted: Wanted): boolean {
    if (!table.held) return false;
    if (wanted === "write" && this.#kind === "db-read-uplink") return false;
    const level = this.#kind === "client" ? table.access.client : table.access.server;
    return level === "full" || wanted === "read" && level === "search";
  }

  /**
   * Checks the access to a table, by the view's rights or by the table's own access.
   * @throws {CallError} PermissionDenied, with the table's title
   */
  check({ view: { table }, permission }: SearchableView, wanted: Wanted): void {
    if (this.#grants(table, permission, wanted) || this.allows(table, wanted)) return;
    const who = this.#kind === "client" ? "client code" : "server code";
    throw permissionDenied(
      wanted === "read"
        ? `Cannot search in table '${table.title}' from ${who}.`
        : `Cannot write to table '${table.title}' from ${who}.`,
    );
  }

  #grants(table: ServedTable, permission: ViewPermission | null, wanted: Wanted): boolean {
    if (permission === null || !table.held) return false;
    return wanted === "read" || permission !== "r" && this.#kind !== "db-read-uplink";
  }

  /**
   * Checks that a capability allows making a view with such rights.
   * @throws {CallError} TableError
   */
  checkNewView({ view: { table }, permission }: SearchableView, wanted: ViewPermission): void {
    const rights = VIEW_PERMISSIONS;
    const isAllowed = permission === null
      ? this.allows(table, wanted === "r" ? "read" : "write")
      : rights.indexOf(permission) >= rights.indexOf(wanted);
    if (!isAllowed) throw tableError("You do not have permission to make such a view of this table here");
    if (wanted === "rwc" && this.#kind === "client") throw tableError("Client code cannot make a view that cascades");
  }
}

function permissionOf(perm: Json): ViewPermission | null {
  if (perm === null) return null;
  const known = VIEW_PERMISSIONS.find((permission) => permission === perm);
  if (known === undefined) throw internalError("Invalid view in a capability");
  return known;
}

function ghost(id: number): ServedTable {
  return {
    plan: {
      table: { id, name: "", title: null, server: null, client: null, columns: [], extra: {} },
      tableId: id,
      sqlName: "",
      rowIdSqlName: "",
      columns: [],
    },
    id,
    name: "",
    title: "",
    access: { server: "none", client: "none" },
    held: false,
    columns: [],
    sql: `""`,
    rowIdSql: `""`,
    rowid: "rowid",
  };
}
