/**
 * Reads a table's CSV or JSON lines back and compares every cell with the archive. It only reads.
 */
import { canonicalJson, isObject, parseExact } from "../../json/exact_json.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";
import { exportRows } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import { csvPlain, type CsvStyle } from "../text/csv_cell.ts";
import { jsonCell } from "../text/jsonl_table.ts";
import { compareRows, differs, type RowTexts } from "./compare_rows.ts";
import { csvRecords } from "./csv_records.ts";
import { fileText } from "./file_text.ts";

/** Reads a CSV file back and compares it. */
export async function checkCsv(job: ExportJob, table: OutTable, style: CsvStyle, path: string): Promise<void> {
  using context = new OutContext(job);
  const cells = table.columns.map((column) => csvPlain(column, context, style));
  const names = namesOf(table);
  await compareRows(
    table.plan.table.name,
    names,
    wanted(job, table, names, cells),
    csvRecords(fileText(path), style.none),
  );
}

/** Reads JSON lines back and compares them. */
export async function checkJsonl(job: ExportJob, table: OutTable, path: string): Promise<void> {
  using context = new OutContext(job);
  const cells = table.columns.map((column) => {
    const json = jsonCell(column, context);
    return (cell: Parameters<typeof json>[0]) => canonicalJson(parseExact(json(cell)));
  });
  const names = namesOf(table);
  await compareRows(table.plan.table.name, names, wanted(job, table, null, cells), jsonRows(table, names, path));
}

function namesOf({ plan, columns }: OutTable): readonly string[] {
  return [plan.rowIdSqlName, ...columns.map(({ name }) => name)];
}

async function* wanted(
  job: ExportJob,
  table: OutTable,
  headings: readonly string[] | null,
  texts: readonly ((cell: string | bigint | number) => string)[],
): AsyncGenerator<RowTexts> {
  if (headings !== null) yield headings;
  for await (const batch of exportRows(job, table, "again")) {
    for (const { row, cells } of batch) {
      yield [
        rowIdText(table.plan.tableId, String(row)),
        ...texts.map((text, i) => {
          const cell = cells[i] ?? null;
          return cell === null ? null : text(cell);
        }),
      ];
    }
  }
}

function* jsonRows({ plan }: OutTable, names: readonly string[], path: string): Iterable<RowTexts> {
  for (const line of lines(fileText(path))) {
    const row = parseExact(line);
    if (!isObject(row)) throw differs(`A line of table '${plan.table.name}' is not an object`);
    yield names.map((name, i) => {
      const value = row[name] ?? null;
      if (i === 0) return String(value);
      return value === null ? null : canonicalJson(value);
    });
  }
}

function* lines(pieces: Iterable<string>): Iterable<string> {
  let rest = "";
  for (const piece of pieces) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") throw differs("The last line has no end");
}
