/**
 * Writes tables, junction tables and media for PostgreSQL: tables first, rows by COPY, then keys and indexes, which are
 * made faster when the rows are in. The caller begins and ends the transaction.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { rowIdText, type RowNumber } from "../../value/row_id.ts";
import { JUNCTION, layOut, linkConstraint, type PlainLayout, type PlainTable } from "../columns/plain_layout.ts";
import { rowsOfLinks, type Tell, valuesOf } from "../columns/plain_values.ts";
import type { ExportJob, TableResult } from "../job/export_job.ts";
import { exportRows } from "../rows/export_rows.ts";
import { linksOf, OutContext } from "../rows/out_context.ts";
import { leadsNowhere } from "./dangling.ts";
import { copyField, POSTGRES_DIALECT, POSTGRES_RULES } from "./postgres_dialect.ts";
import { PostgresMedia } from "./postgres_media.ts";
import type { PostgresTarget } from "./postgres_target.ts";

/** Writes all tables of a job. */
export async function writePostgres(
  job: ExportJob,
  target: PostgresTarget,
  withMedia: boolean,
  about: (tables: readonly TableResult[]) => Iterable<readonly [string, string]>,
): Promise<readonly TableResult[]> {
  const layout = layOut(job, withMedia, POSTGRES_RULES);
  using context = new OutContext({ ...job, labels: false });
  const media = layout.media === null ? null : new PostgresMedia(layout.media, context.media);
  await createTables(target, layout);
  const results: TableResult[] = [];
  for (const table of layout.tables) {
    const rows = await copyTable(job, target, table, context, media);
    for (const [i, { junction }] of table.parts.entries()) {
      if (junction !== null) await copyJunction(job, target, table, i, junction);
    }
    results.push({ name: table.table.plan.table.name, rows, file: table.target.name });
  }
  await media?.copyTo(target, job.signal);
  await addKeys(job, target, layout);
  await target.run(`CREATE TABLE ${quoteName(layout.about)} (key text PRIMARY KEY, value text)`);
  const entries = await target.copy(`COPY ${quoteName(layout.about)} FROM STDIN`);
  for (const [key, value] of about(results)) entries.put(`${copyField(key)}\t${copyField(value)}\n`);
  await entries.end();
  return results;
}

async function createTables(target: PostgresTarget, { tables, media }: PlainLayout): Promise<void> {
  if (media !== null) await PostgresMedia.create(target, media);
  for (const { target: { name, rowId }, parts } of tables) {
    const columns = parts.flatMap((part) => part.columns.map((column) => `${quoteName(column.name)} ${column.type}`));
    const all = [`${quoteName(rowId)} bigint NOT NULL`, ...columns];
    await target.run(`CREATE TABLE ${quoteName(name)} (\n  ${all.join(",\n  ")}\n)`);
    for (const { junction } of parts) {
      if (junction === null) continue;
      await target.run(`CREATE TABLE ${quoteName(junction)} (
  ${JUNCTION.row} bigint NOT NULL,
  ${JUNCTION.position} bigint NOT NULL,
  ${JUNCTION.target} bigint NOT NULL
)`);
    }
  }
}

async function copyTable(
  job: ExportJob,
  target: PostgresTarget,
  { table, target: { name }, parts }: PlainTable,
  context: OutContext,
  media: PostgresMedia | null,
): Promise<number> {
  const { tableId, table: { name: tableName } } = table.plan;
  const columns = parts.map(({ column: { plan: { column } } }) => column.name);
  // Where the loop is, for reports about a value: an object for each of millions of cells would cost a tenth of the
  // time.
  let at = 0;
  let rowNumber: RowNumber = 0;
  const place = () => ({ table: tableName, column: columns[at] ?? "", row: rowIdText(tableId, String(rowNumber)) });
  const tell: Tell = (reason) => {
    const { column, row } = place();
    job.shortfalls.add(reason, tableName, column, row);
  };
  const keep = (id: bigint, told: Tell) => media?.keep(id, place, told) ?? false;
  const append = parts.map((part) => valuesOf(part, context, POSTGRES_DIALECT, keep));
  const rows = await target.copy(`COPY ${quoteName(name)} FROM STDIN`);
  let count = 0;
  for await (const batch of exportRows(job, table)) {
    for (const { row, cells } of batch) {
      rowNumber = row;
      const values: SqlValue[] = [];
      for (at = 0; at < append.length; at++) append[at]?.(values, cells[at] ?? null, tell);
      let line = String(row);
      for (let i = 0; i < values.length; i++) line += `\t${copyField(values[i] ?? null)}`;
      rows.put(`${line}\n`);
    }
    count += batch.length;
    await rows.drain();
  }
  await rows.end();
  return count;
}

/**
 * The table is read again for its links alone: only one COPY can run at a time. Odd values were reported the first
 * time.
 */
async function copyJunction(
  job: ExportJob,
  target: PostgresTarget,
  { table, parts }: PlainTable,
  part: number,
  junction: string,
): Promise<void> {
  const column = parts[part]?.column;
  if (column === undefined) return;
  const rows = await target.copy(`COPY ${quoteName(junction)} FROM STDIN`);
  for await (const batch of exportRows(job, { ...table, columns: [column] }, "again")) {
    for (const { row, cells: [cell] } of batch) {
      if (typeof cell !== "string") continue;
      rowsOfLinks(linksOf(cell), () => {}).forEach((linked, position) => rows.put(`${row}\t${position}\t${linked}\n`));
    }
    await rows.drain();
  }
  await rows.end();
}

async function addKeys(
  job: ExportJob,
  target: PostgresTarget,
  { tables, media, freeName }: PlainLayout,
): Promise<void> {
  const primary = (name: string, columns: string) =>
    target.run(
      `ALTER TABLE ${quoteName(name)} ADD CONSTRAINT ${quoteName(freeName(`${name}_key`))} PRIMARY KEY (${columns})`,
    );
  if (media !== null) await primary(media, "id");
  for (const { target: { name, rowId } } of tables) await primary(name, quoteName(rowId));
  for (const { table, target: own, parts } of tables) {
    const foreign = (name: string, column: string, constraint: string, isProved: boolean) =>
      target.run(
        `ALTER TABLE ${quoteName(name)} ADD FOREIGN KEY (${quoteName(column)})${constraint}${
          isProved ? "" : " NOT VALID"
        }`,
      );
    const index = (name: string, column: string) =>
      target.run(
        `CREATE INDEX ${quoteName(freeName(`${name}_by_${column}`))} ON ${quoteName(name)} (${quoteName(column)})`,
      );
    for (const part of parts) {
      const { column: { kind, plan: { column } }, columns: [first], target: linked, junction } = part;
      if (first === undefined) continue;
      if (kind === "media" && media !== null) {
        await foreign(own.name, first.name, ` REFERENCES ${quoteName(media)} (id) DEFERRABLE INITIALLY DEFERRED`, true);
      }
      if (kind !== "link_single" && junction === null) continue;
      const isProved = linked === null || !leadsNowhere(job, table, part);
      if (!isProved) {
        job.shortfalls.note(
          `Links in column '${column.name}' of table '${table.plan.table.name}' lead to rows that are not there: its ` +
            "foreign key is NOT VALID",
        );
      }
      if (junction === null) {
        await index(own.name, first.name);
        if (linked !== null) await foreign(own.name, first.name, linkConstraint(linked), isProved);
        continue;
      }
      await primary(junction, `${JUNCTION.row}, ${JUNCTION.position}`);
      await index(junction, JUNCTION.target);
      await foreign(junction, JUNCTION.row, linkConstraint(own), true);
      if (linked !== null) await foreign(junction, JUNCTION.target, linkConstraint(linked), isProved);
    }
  }
}
