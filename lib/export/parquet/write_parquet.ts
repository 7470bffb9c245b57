/**
 * Writes a table as Parquet. Each row group is written as soon as it is full, so that memory stays small. The caller
 * names the file.
 */
import { ByteWriter, ParquetWriter } from "../../builtin/parquet_writer.ts";
import type { ByteSink } from "../../place/partial_file.ts";
import { rowIdText, type RowNumber } from "../../value/row_id.ts";
import { PROGRAM, VERSION } from "../../version.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";
import { exportRows } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import { parquetColumns, schemaElement, type TellOf } from "./parquet_column.ts";
import { RowGroup } from "./row_group.ts";

/** Writes a table. @returns the number of rows */
export async function writeParquet(job: ExportJob, table: OutTable, sink: ByteSink): Promise<number> {
  const { plan, columns } = table;
  using context = new OutContext(job);
  const { parts, all } = parquetColumns(job, table, context);
  const writer = new ParquetWriter({
    writer: sinkWriter(sink),
    schema: [{ name: "root", num_children: all.length }, ...all.map(schemaElement)],
    createdBy: `${PROGRAM} ${VERSION}`,
    kvMetadata: [{ key: "anvil_sqlite", value: JSON.stringify(aboutTable(job, table)) }],
  });
  let rowNumber: RowNumber = 0;
  let part = 0;
  const tell: TellOf = (reason) => {
    const column = columns[part]?.plan.column.name ?? "";
    job.shortfalls.add(reason, plan.table.name, column, rowIdText(plan.tableId, String(rowNumber)));
  };
  const onPart = (at: number) => void (part = at);
  const group = new RowGroup(all, parts, tell);
  const writeGroup = () => writer.write({ rowGroupSize: group.rows, columnData: group.take() });
  let rows = 0;
  for await (const batch of exportRows(job, table)) {
    for (const row of batch) {
      rowNumber = row.row;
      group.add(rowIdText(plan.tableId, String(row.row)), row, onPart);
      if (group.isFull) await writeGroup();
    }
    rows += batch.length;
  }
  if (group.rows > 0) await writeGroup();
  await writer.finish();
  return rows;
}

function aboutTable({ masked }: ExportJob, { plan, columns }: OutTable): Record<string, unknown> {
  return {
    program: `${PROGRAM} ${VERSION}`,
    table: plan.table.name,
    masked,
    restorable: false,
    columns: columns.map(({ name, kind, plan: { column } }) => ({ name, kind, app_name: column.name })),
  };
}

/** The library's writer; it passes its buffer on after each group. */
function sinkWriter(sink: ByteSink): ByteWriter {
  const writer = new ByteWriter(1 << 20);
  const flush = () => {
    sink.write(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
