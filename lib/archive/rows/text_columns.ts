/**
 * Which columns of a table may hold text, by their SQL names. Pure.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";

/** A column that may hold text. */
interface TextColumn {
  readonly sqlName: string;
  /** Python name; null for the row id. */
  readonly name: string | null;
}

/** Kinds whose column in a STRICT table takes integers alone (`ddl/column_type.ts`). */
const WITHOUT_TEXT: ReadonlySet<ColumnKind> = new Set(["bool", "media"]);

/** The columns of a data table that may hold text; its row id comes first. */
export function textColumns({ rowIdSqlName, columns }: TableLayout): readonly TextColumn[] {
  return [
    { sqlName: rowIdSqlName, name: null },
    ...columns.flatMap(({ column: { kind, name }, sqlName }) => WITHOUT_TEXT.has(kind) ? [] : [{ sqlName, name }]),
  ];
}
