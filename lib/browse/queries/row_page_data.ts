/**
 * One row: all its cells, the rows that link to it, and its neighbours. It only reads, and of a long cell only its start.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { plainColumn, sqlKindOf } from "../../archive/rows/selected_cell.ts";
import type { ColumnLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { SelectedColumn } from "../../sqlite/engine.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import type { CellView, LinkedRow } from "../model/cell_view.ts";
import { CellReader } from "./cell_reader.ts";
import type { NightFile } from "./night_file.ts";
import { labelsOfRows } from "./row_labels.ts";

/** Characters of a cell that a row's page shows; the rest can be downloaded as a file. */
const LONGEST = 4_000;
const LINKS = 100;
/** Bytes of a text file that are shown. */
const PREVIEW = 2_000;
/** Rows that are listed of each column with links to this row. */
const BACKLINKS = 8;

/** A cell of a row's page. */
export interface RowCell {
  readonly index: number;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly secret: boolean;
  readonly view: CellView;
  /** The beginning of a text file in the cell; null for other cells. */
  readonly preview: string | null;
}

/** Rows that link to a row by one column. */
export interface Backlinks {
  /** Id of the table that holds the links. */
  readonly table: number;
  readonly tableName: string;
  readonly column: number;
  readonly columnName: string;
  readonly count: number;
  readonly rows: readonly LinkedRow[];
}

/** What a row's page shows. */
export interface RowPageData {
  readonly table: CatalogueTable;
  readonly row: RowId;
  readonly label: string | null;
  readonly cells: readonly RowCell[];
  readonly backlinks: readonly Backlinks[];
  readonly previous: RowId | null;
  readonly next: RowId | null;
}

/** Reads a row; null if the table has no row with that id. */
export function readRowPage(
  file: NightFile,
  table: CatalogueTable,
  row: RowId,
  secrets: boolean,
): RowPageData | null {
  const { plan } = table;
  const text = rowIdText(plan.tableId, row);
  const name = quoteName(plan.sqlName);
  const id = quoteName(plan.rowIdSqlName);
  const rowid = rowidAlias(plan);
  const statement = file.engine.select(
    [plainColumn(rowid), ...plan.columns.map(longCell)],
    `FROM ${name} WHERE ${id} = ?1`,
  );
  const [found] = statement.rows([text]);
  statement.finalize();
  if (found === undefined) return null;
  const [place = null, ...cells] = found;
  const beside = (sign: string, way: string) => {
    const [other] = file.engine.query(
      `SELECT ${id} FROM ${name} WHERE ${rowid} ${sign} ?1 ORDER BY ${rowid} ${way} LIMIT 1`,
      [place],
    );
    return parseRowId(String(other?.[0] ?? ""))?.row ?? null;
  };
  using reader = new CellReader(file, plan, { longest: LONGEST, links: LINKS, secrets });
  const making = cells.map((value, index) => reader.read(index, text, value));
  return {
    table,
    row,
    label: labelsOfRows(file, plan, [text]).get(text) ?? null,
    cells: plan.columns.map(({ column }, index) => ({
      index,
      name: column.name,
      kind: column.kind,
      secret: isSecretColumn(column),
      ...viewOf(file, making[index]?.() ?? { kind: "empty" }),
    })),
    backlinks: backlinksOf(file, table, text),
    previous: beside("<", "DESC"),
    next: beside(">", "ASC"),
  };
}

function viewOf(file: NightFile, view: CellView): Pick<RowCell, "view" | "preview"> {
  const isText = view.kind === "medium" && view.medium.shape === "text";
  return { view, preview: isText ? beginningOf(file, BigInt(view.medium.id)) : null };
}

/** The beginning of a text file, as UTF-8; null if its bytes are not in the file. */
function beginningOf(file: NightFile, id: bigint): string | null {
  const [row] = file.engine.query(
    `SELECT substr(b.bytes, 1, ${PREVIEW}) FROM _anvil_media_objects AS m JOIN _anvil_blobs AS b ON b.sha256 = m.sha256
    WHERE m.id = ?1 AND b.n = 0`,
    [id],
  );
  const bytes = row?.[0];
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes, { stream: true }) : null;
}

function longCell({ column, sqlName }: ColumnLayout): SelectedColumn {
  const name = quoteName(sqlName);
  switch (column.kind) {
    case "string":
    case "simpleObject":
    case "unknown":
      return { sql: `substr(${name}, 1, ${LONGEST + 1})`, kind: "plain" };
    case "link_multiple":
      return { sql: `CASE WHEN ${name} IS NULL THEN NULL ELSE 1 END`, kind: "plain" };
    default:
      return { sql: name, kind: sqlKindOf(column.kind) };
  }
}

/** Links to a row, column by column; the columns have indexes by target. */
function backlinksOf(file: NightFile, { plan: target }: CatalogueTable, text: string): readonly Backlinks[] {
  return file.tables.flatMap(({ plan }) =>
    plan.columns.flatMap((column, index): readonly Backlinks[] => {
      if (column.targetSqlName !== target.sqlName) return [];
      const [holder, from] = column.junction === null
        ? [quoteName(plan.rowIdSqlName), `${quoteName(plan.sqlName)} WHERE ${quoteName(column.sqlName)} = ?1`]
        : ["_anvil_row_id", `${quoteName(column.junction.sqlName)} WHERE target_row_id = ?1`];
      const [counted] = file.engine.query(`SELECT count(DISTINCT ${holder}) FROM ${from}`, [text]);
      const count = Number(counted?.[0] ?? 0);
      if (count === 0) return [];
      const ids = file.engine.query(`SELECT DISTINCT ${holder} FROM ${from} LIMIT ${BACKLINKS}`, [text])
        .map(([holding]) => String(holding));
      const labels = labelsOfRows(file, plan, ids);
      const rows = ids.flatMap((one): readonly LinkedRow[] => {
        const parsed = parseRowId(one);
        return parsed === null ? [] : [{ ...parsed, label: labels.get(one) ?? null, broken: !labels.has(one) }];
      });
      const { table, tableId } = plan;
      return [{ table: tableId, tableName: table.name, column: index, columnName: column.column.name, count, rows }];
    })
  );
}
