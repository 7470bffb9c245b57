/**
 * Reads the tables of a plain SQLite file back and compares every cell with the archive, and media with their SHA-256. It
 * only reads.
 */
import { createHash } from "node:crypto";
import { quoteName } from "../../ddl/quote.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import type { PlainLayout, PlainTable } from "../columns/plain_layout.ts";
import { type PlainDialect, valuesOf } from "../columns/plain_values.ts";
import type { ExportJob } from "../job/export_job.ts";
import { exportRows } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import { compareRows, differs, type RowTexts } from "./compare_rows.ts";

const BATCH = 500;

/** Reads a file back and compares it. */
export async function checkPlain(
  job: ExportJob,
  layout: PlainLayout,
  dialect: PlainDialect,
  path: string,
): Promise<void> {
  const engine = await openEngine(path, { mode: "read" });
  try {
    const [integrity] = engine.query("PRAGMA integrity_check");
    if (integrity?.[0] !== "ok") throw differs(`SQLite says of the export: ${integrity?.[0]}`);
    using context = new OutContext({ ...job, labels: true });
    for (const table of layout.tables) {
      const names = [table.target.rowId, ...table.parts.flatMap(({ columns }) => columns.map(({ name }) => name))];
      const keep = (id: bigint) => layout.media !== null && context.media.facts(id) !== null;
      const append = table.parts.map((part) => valuesOf(part, context, dialect, keep));
      const wanted = async function* (): AsyncGenerator<RowTexts> {
        for await (const batch of exportRows(job, table.table, "again")) {
          for (const { row, cells } of batch) {
            const values: SqlValue[] = [BigInt(row)];
            append.forEach((add, i) => add(values, cells[i] ?? null, () => {}));
            yield values.map(textOfSql);
          }
        }
      };
      await compareRows(table.table.plan.table.name, names, wanted(), plainTexts(engine, table, names));
    }
    if (layout.media !== null) checkMedia(engine, layout.media, job.signal);
  } finally {
    engine.close();
  }
}

function textOfSql(value: SqlValue): string | null {
  if (value === null || typeof value === "string") return value;
  return Object.is(value, -0) ? "number:-0" : `${typeof value}:${value}`;
}

function* plainTexts(engine: Engine, { target }: PlainTable, names: readonly string[]): Iterable<RowTexts> {
  const columns = names.map((name) => ({ sql: quoteName(name), kind: "number" as const }));
  const id = quoteName(target.rowId);
  const statement = engine.select(
    columns,
    `FROM ${quoteName(target.name)} WHERE ${id} > ?1 ORDER BY ${id} LIMIT ${BATCH}`,
  );
  try {
    for (let after = -(2n ** 63n);;) {
      const rows = statement.rows([after]);
      yield* rows.map((row) => row.map(textOfSql));
      after = integerOf(rows.at(-1)?.[0]) ?? after;
      if (rows.length < BATCH) return;
    }
  } finally {
    statement.finalize();
  }
}

function checkMedia(engine: Engine, name: string, signal: AbortSignal): void {
  const read = engine.prepare(`SELECT sha256, bytes FROM ${quoteName(name)} WHERE id = ?1`);
  try {
    for (const [id = null] of engine.query(`SELECT id FROM ${quoteName(name)} WHERE bytes IS NOT NULL`)) {
      signal.throwIfAborted();
      const [sha256, bytes] = read.rows([id])[0] ?? [];
      const found = bytes instanceof Uint8Array ? createHash("sha256").update(bytes).digest("hex") : null;
      if (found !== sha256) throw differs(`Medium ${id} is not as it was written`);
    }
  } finally {
    read.finalize();
  }
}
