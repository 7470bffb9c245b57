/** Short ways to write schemas in tests, every part that a test does not name at its plainest. */
import type { AppSchema, ColumnSchema, TableSchema } from "../../lib/schema/model/app_schema.ts";
import type { ColumnKind } from "../../lib/schema/model/column_kind.ts";

export function column(name: string, kind: ColumnKind = "string", more: Partial<ColumnSchema> = {}): ColumnSchema {
  return {
    id: null,
    name,
    kind,
    declaredType: kind,
    target: null,
    targetId: null,
    clientHidden: false,
    extra: {},
    ...more,
  };
}

export function link(name: string, target: string | null, more: Partial<ColumnSchema> = {}): ColumnSchema {
  return column(name, "link_single", { target, ...more });
}

export function links(name: string, target: string | null, more: Partial<ColumnSchema> = {}): ColumnSchema {
  return column(name, "link_multiple", { target, ...more });
}

export function table(
  name: string,
  columns: readonly ColumnSchema[] = [],
  more: Partial<TableSchema> = {},
): TableSchema {
  return { id: null, name, title: null, server: "full", client: "none", columns, extra: {}, ...more };
}

export function app(...tables: readonly TableSchema[]): AppSchema {
  return { source: "db_schema mapping", tables };
}
