/**
 * The tables of the app, for links: which columns lead to a table. Columns and tables that are newer than the file are
 * among them. Plain data.
 */
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { ListedTable } from "../../tables/listing.ts";
import type { TableCapability, Target } from "../job/target.ts";
import type { InPlace } from "./context.ts";

/** A table of the app that may be used. */
export interface UsableTable {
  readonly live: ListedTable & { readonly capability: TableCapability };
  readonly columns: readonly ColumnSchema[];
}

/** A table of the app by its id; null if it does not exist or may not be used. */
export function usableTable({ listed, schema }: Target, id: number): UsableTable | null {
  const live = listed.find((table) => table.id === id);
  if (live === undefined || live.capability === null) return null;
  return {
    live: { ...live, capability: live.capability },
    columns: schema.tables.find((table) => table.id === id)?.columns ?? [],
  };
}

/** A column of the app that links to a table. */
export interface LinkColumn {
  readonly table: UsableTable;
  readonly column: ColumnSchema;
  readonly kind: "link_single" | "link_multiple";
  readonly targetId: number;
  readonly target: TableCapability;
  /** The column in the file; null for a column that is newer than the file. */
  readonly file: { readonly plan: TableLayout; readonly column: ColumnLayout; readonly index: number } | null;
}

/** All columns of the app that link to a table. */
export function linkColumnsTo({ target, tables }: InPlace, targetId: number): readonly LinkColumn[] {
  const linked = usableTable(target, targetId);
  if (linked === null) return [];
  return target.listed.flatMap(({ id }) => {
    const table = usableTable(target, id);
    if (table === null) return [];
    return table.columns.flatMap((column): readonly LinkColumn[] => {
      const { kind } = column;
      if (kind !== "link_single" && kind !== "link_multiple" || column.targetId !== targetId) return [];
      const job = tables.find((each) => each.job.live.id === id)?.job;
      const index = job?.plan.columns.findIndex((each) =>
        each.column.name === column.name && each.column.kind === kind
      );
      const planned = index === undefined ? undefined : job?.plan.columns[index];
      return [{
        table,
        column,
        kind,
        targetId,
        target: linked.live.capability,
        file: job === undefined || index === undefined || planned === undefined
          ? null
          : { plan: job.plan, column: planned, index },
      }];
    });
  });
}
