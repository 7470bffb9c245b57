/**
 * `--where-live`: chooses rows of a file by what the app holds now. The app's rows are put into a table in memory, a
 * page at a time, with the names and types of the file's table; then an SQL expression is tried on them. It writes
 * neither to the app nor to the file.
 */
import { rowsWhere } from "../../archive/rows/row_lookup.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { RowWriter } from "../../archive/rows/row_writer.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { dataTable } from "../../ddl/table_statements.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { isCell } from "../../tables/cell_codec.ts";
import { scanLive } from "../../tables/read/scan_live.ts";
import { type PageRow, tableReader } from "../../tables/read/table_reader.ts";
import { compareRowIds, parseRowId, type RowId } from "../../value/row_id.ts";
import type { EarlierRestores } from "../in_place/earlier_restores.ts";
import { usableTable } from "../in_place/live_tables.ts";
import { patienceOf, type RestoreOptions } from "../job/restore_options.ts";
import { heldTables } from "../job/table_job.ts";
import type { Target } from "../job/target.ts";
import { type LivePicks, noSuchTable } from "./select_rows.ts";

/**
 * Rows of the file that the app's values select; null if the user does not ask for that.
 * @throws {AnvilSqliteError} `bad-selection`, `no-such-table`, `bad-where` (exit 2)
 */
export async function selectLive(
  options: RestoreOptions,
  target: Target,
  earlier: EarlierRestores,
): Promise<LivePicks | null> {
  const { archive, selection: { whereLive, where, rows, only } } = options;
  if (whereLive === null) return null;
  if (where !== null || rows.length > 0) throw bad("'--where-live' goes with neither --where nor --row", "Give one.");
  const [name, ...others] = only;
  if (name === undefined || others.length > 0) {
    throw bad("'--where-live' needs one table to look in", "Name it with --table.");
  }
  const plan = heldTables(archive.catalogue).find(({ table }) => table.name === name);
  if (plan === undefined) throw noSuchTable(name, archive);
  const table = usableTable(target, plan.tableId);
  if (table === null) throw bad(`Table '${plan.table.name}' is not in the app`, "Use --where.");
  using lookup = new RowLookup(archive.engine, plan, []);
  const engine = await openEngine(":memory:", { mode: "create" });
  try {
    const columns = table.columns.filter(({ kind }) => kind !== "media");
    const rowsOfApp = new LivePage(engine, plan, columns, whereLive);
    const picked = new Set<RowId>();
    for await (const page of scanLive(target.connection, patienceOf(options), tableReader(table.live, columns))) {
      for (const row of rowsOfApp.pick(page.rows)) {
        const old = [row, ...earlier.standsFor(plan.tableId, row)].find((id) => lookup.cells(id) !== null);
        if (old !== undefined) picked.add(old);
      }
    }
    return [plan, [...picked].sort(compareRowIds)];
  } finally {
    engine.close();
  }
}

/**
 * A page of the app's rows as a table. It has only the columns that the app has in the same form as the file. An
 * expression on any other column, such as one of media, is refused: NULL there would select rows that nobody meant.
 */
class LivePage {
  readonly #engine: Engine;
  readonly #plan: TableLayout;
  readonly #places: readonly number[];
  readonly #expression: string;

  /**
   * @param live the columns of the rows' cells
   * @throws {AnvilSqliteError} `bad-where`, even when no row will come
   */
  constructor(engine: Engine, plan: TableLayout, live: readonly ColumnSchema[], expression: string) {
    const found = plan.columns.map(({ column }) =>
      live.findIndex(({ name, kind }) => name === column.name && kind === column.kind)
    );
    this.#engine = engine;
    this.#plan = {
      ...plan,
      columns: plan.columns.flatMap((column, index) =>
        found[index] === -1 ? [] : [{ ...column, targetSqlName: null, junction: null }]
      ),
    };
    this.#places = found.filter((place) => place !== -1);
    this.#expression = expression;
    engine.exec(dataTable(this.#plan, () => null));
    this.pick([]);
  }

  pick(rows: readonly PageRow[]): readonly RowId[] {
    this.#engine.transaction(() => {
      this.#engine.exec(`DELETE FROM ${quoteName(this.#plan.sqlName)}`);
      const writer = new RowWriter(this.#engine, this.#plan);
      writer.write(rows.map(({ id, cells }) => ({
        id,
        cells: this.#places.map((place) => {
          const cell = cells[place] ?? null;
          return isCell(cell) ? cell : null;
        }),
      })));
      writer.finalize();
    });
    try {
      return rowsWhere(this.#engine, this.#plan, this.#expression).flatMap((text) => parseRowId(text)?.row ?? []);
    } catch (cause) {
      throw new AnvilSqliteError(
        `SQLite cannot follow --where-live: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          code: "bad-where",
          hint: "It is an SQL expression on the columns that the table has in the app, without those of media.",
          cause,
        },
      );
    }
  }
}

function bad(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "bad-selection", hint });
}
