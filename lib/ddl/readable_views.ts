/**
 * Views for people. Each data table has one, with its name and `_readable`: links are shown as labels, files as names.
 * Text only; labels are chosen as `lib/label` chooses them.
 */
import { labelColumns } from "../label/row_label.ts";
import type { ColumnLayout, TableLayout } from "./archive_layout.ts";
import { quoteName } from "./quote.ts";

/** Ending of such a view's name, after the table's. */
export const READABLE_SUFFIX = "_readable";

/** Columns that are tried for a label; if all are empty, the row id is shown. */
const TRIED = 3;
/** Most characters of a label. */
const LONGEST = 60;

/** `CREATE VIEW` for a data table: its own cells first, then its links, its row id last. */
export function readableView(viewSqlName: string, table: TableLayout, tables: readonly TableLayout[]): string {
  const targets = new Map(tables.map((one) => [one.sqlName, one]));
  const isLink = ({ column: { kind } }: ColumnLayout) => kind === "link_single" || kind === "link_multiple";
  const ordered = [...table.columns.filter((one) => !isLink(one)), ...table.columns.filter(isLink)];
  const cells = ordered.map((column) => {
    const target = column.targetSqlName === null ? undefined : targets.get(column.targetSqlName);
    return `${readableCell(table, column, target)} AS ${quoteName(column.sqlName)}`;
  });
  const id = `t.${quoteName(table.rowIdSqlName)}`;
  return `CREATE VIEW ${quoteName(viewSqlName)} AS
SELECT
  ${[...cells, `${id} AS ${quoteName(table.rowIdSqlName)}`].join(",\n  ")}
FROM ${quoteName(table.sqlName)} AS t`;
}

function readableCell(
  table: TableLayout,
  { column, sqlName, junction }: ColumnLayout,
  target: TableLayout | undefined,
) {
  const cell = `t.${quoteName(sqlName)}`;
  if (column.kind === "media") {
    return `(SELECT coalesce(m.name, m.content_type, '') FROM _anvil_media_objects AS m WHERE m.id = ${cell})`;
  }
  if (target === undefined) return cell;
  const label = labelSql(target);
  const targetId = `r.${quoteName(target.rowIdSqlName)}`;
  if (junction === null) {
    return `coalesce((SELECT ${label} FROM ${quoteName(target.sqlName)} AS r WHERE ${targetId} = ${cell}), ${cell})`;
  }
  return `(SELECT group_concat(l.label, ', ') FROM (
    SELECT coalesce(${label}, j.target_row_id) AS label
    FROM ${quoteName(junction.sqlName)} AS j LEFT JOIN ${
    quoteName(target.sqlName)
  } AS r ON ${targetId} = j.target_row_id
    WHERE j._anvil_row_id = t.${quoteName(table.rowIdSqlName)} ORDER BY j.position) AS l)`;
}

/** The label of row `r`; NULL if all columns for it are empty. */
function labelSql(target: TableLayout): string {
  const names = labelColumns(target.columns.map(({ column }) => column)).slice(0, TRIED);
  const texts = names.map((i) =>
    `nullif(substr(trim(r.${quoteName(target.columns[i]?.sqlName ?? "")}), 1, ${LONGEST}), '')`
  );
  return texts.length === 0 ? "NULL" : texts.length === 1 ? texts.join() : `coalesce(${texts.join(", ")})`;
}
