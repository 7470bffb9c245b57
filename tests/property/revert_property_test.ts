/** Any app, any damage, any selection: what was selected is as in the file afterwards, everything else as it was before. */
import assert from "node:assert/strict";
import { openIdMap } from "../../lib/id_map/id_map.ts";
import type { AppSchema, ColumnSchema } from "../../lib/schema/model/app_schema.ts";
import { CAREFUL, WHOLE } from "../../lib/restore/job/restore_options.ts";
import type { Cell } from "../../lib/value/cell.ts";
import { rowIdText } from "../../lib/value/row_id.ts";
import { runBackup } from "../../lib/backup/run_backup.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { anyDeeds, damage } from "../fixtures/running/any_damage.ts";
import { AppEditor, type AppRows } from "../fixtures/running/app_editor.ts";
import { mapsIn, restoredApp } from "../fixtures/running/restored_app.ts";
import { asStored } from "../fixtures/running/round_trips.ts";
import { backupOptions } from "../fixtures/running/served_app.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Apps tried each day, on each storage. */
const RUNS = timesAsked(4);

/** Which rows are selected: of each table by a number, or all. */
const anySelection = fc.oneof(
  fc.constant(null),
  fc.array(fc.tuple(fc.nat(2), fc.nat(12)), { minLength: 1, maxLength: 4 }),
);

type Rows = ReadonlyMap<string, AppRows>;

for (const storage of ["classic", "split"] as const) {
  Deno.test(`restore --revert of any selection in any damaged app (${storage})`, () =>
    fc.assert(
      fc.asyncProperty(anyApp.map(asStored), anyDeeds, anySelection, async (content, deeds, picks) => {
        await using app = await restoredApp(content, { into: content, storage });
        await using editor = await AppEditor.open(app.server.url);
        const { schema } = content;
        const rowsNow = async (): Promise<Rows> => {
          const found = new Map<string, AppRows>();
          for (const { name } of schema.tables) found.set(name, await editor.rows(name));
          return found;
        };
        // The file is what the app shows: split storage shows other numbers than it was given.
        Deno.removeSync(app.path);
        await runBackup({ ...backupOptions(app.server.url, app.path, () => {}), clock: app.clock });
        const file = await rowsNow();
        await damage(editor, schema, deeds);
        const before = await rowsNow();
        const selected = selection(schema, file, picks);
        const rows = picks === null ? [] : [...selected];
        if (picks !== null && rows.length === 0) return;
        const result = await app.apply({ mode: "revert", inPlace: CAREFUL, selection: { ...WHOLE, rows } });
        assert.deepEqual(result.proof.differences, []);
        const after = await rowsNow();
        const fresh = await inserted(app.dir.file(mapsIn(app.dir)[0] ?? ""), schema, mapsIn(app.dir).length > 0);
        new Check(schema, storage, { file, before, after }, selected, fresh).all();
      }),
      { numRuns: RUNS, endOnFailure: true },
    ));
}

/** Row ids that are selected, `[table,row]`. */
function selection(schema: AppSchema, file: Rows, picks: readonly (readonly [number, number])[] | null) {
  const all = schema.tables.flatMap(({ name, id }) =>
    [...file.get(name)?.keys() ?? []].map((row) => rowIdText(id ?? 0, row))
  );
  if (picks === null) return new Set(all);
  return new Set(picks.flatMap(([table, row]) => {
    const { name = "", id = 0 } = schema.tables[table] ?? {};
    const rows = [...file.get(name)?.keys() ?? []];
    return rows.length === 0 ? [] : [rowIdText(id ?? 0, rows[row % rows.length] ?? "")];
  }));
}

/** New ids of the rows that came back, by their old ones. */
async function inserted(path: string, schema: AppSchema, exists: boolean): Promise<ReadonlyMap<string, string>> {
  if (!exists) return new Map();
  using idMap = await openIdMap(path);
  return new Map(
    schema.tables.flatMap(({ id }) =>
      idMap.rows.insertedPairs(id ?? 0, "0", 100).map(({ old, fresh }) =>
        [rowIdText(id ?? 0, old), rowIdText(id ?? 0, fresh)] as const
      )
    ),
  );
}

class Check {
  readonly #living: ReadonlySet<string>;

  constructor(
    readonly schema: AppSchema,
    readonly storage: "classic" | "split",
    readonly rows: { readonly file: Rows; readonly before: Rows; readonly after: Rows },
    readonly selected: ReadonlySet<string>,
    readonly fresh: ReadonlyMap<string, string>,
  ) {
    this.#living = new Set(
      schema.tables.flatMap(({ name, id }) =>
        [...rows.before.get(name)?.keys() ?? []].map((row) => rowIdText(id ?? 0, row))
      ),
    );
  }

  all(): void {
    for (const { name, id, columns } of this.schema.tables) {
      const { file, before, after } = this.rows;
      const [then, was, is] = [file, before, after].map((rows) => rows.get(name) ?? new Map()) as [
        AppRows,
        AppRows,
        AppRows,
      ];
      const text = (row: string) => rowIdText(id ?? 0, row);
      const back = [...then.keys()].filter((row) => this.selected.has(text(row)) && !was.has(row));
      const ids = [...was.keys().map(text), ...back.map((row) => this.fresh.get(text(row)) ?? "?")];
      assert.deepEqual([...is.keys().map(text)].sort(), ids.sort(), `rows of ${name}`);
      for (const row of then.keys()) {
        if (!this.selected.has(text(row))) continue;
        const now = was.has(row) ? row : (this.fresh.get(text(row)) ?? "").slice(0, -1).split(",")[1] ?? "";
        for (const column of columns) {
          const where = `${name}.${column.name} of selected row ${row}, now ${now}`;
          const cells = [then.get(row), was.get(row), is.get(now)].map((each) => each?.[column.name] ?? null);
          this.#selected(column, cells as [Cell, Cell, Cell], !was.has(row), where);
        }
      }
      for (const row of was.keys()) {
        if (this.selected.has(text(row))) continue;
        for (const column of columns) {
          const cells = [then.get(row), was.get(row), is.get(row)].map((each) => each?.[column.name] ?? null);
          this.#other(column, cells as [Cell, Cell, Cell], `${name}.${column.name} of row ${row}, not selected`);
        }
      }
    }
  }

  #selected({ kind }: ColumnSchema, [then, was, is]: [Cell, Cell, Cell], isNew: boolean, where: string): void {
    if (kind !== "link_single" && kind !== "link_multiple") return assert.deepEqual(is, then, where);
    const keepsDead = this.storage === "classic" && !isNew;
    const wanted = linksOf(kind, then).flatMap((link) =>
      this.fresh.get(link) ?? (this.#living.has(link) || keepsDead ? link : [])
    );
    // A single link to a row that is gone and not selected cannot be set: the app's own stays.
    if (kind === "link_single" && then !== null && wanted.length === 0 && !isNew) {
      return assert.deepEqual(is, was, where);
    }
    assert.deepEqual(linksOf(kind, is), wanted, where);
  }

  /** A row that was not selected keeps its cells; links to rows that came back lead to them again. */
  #other({ kind }: ColumnSchema, [then, was, is]: [Cell, Cell, Cell], where: string): void {
    if (kind !== "link_single" && kind !== "link_multiple") return assert.deepEqual(is, was, where);
    const [now, before, file] = [is, was, then].map((cell) => linksOf(kind, cell)) as [string[], string[], string[]];
    if (this.storage === "classic") {
      return assert.deepEqual(now, before.map((link) => this.fresh.get(link) ?? link), where);
    }
    const back = new Set(this.fresh.values());
    const lost = file.flatMap((link) => this.fresh.get(link) ?? []);
    if (kind === "link_single") return assert.deepEqual(now, before.length === 0 ? lost : before, where);
    assert.deepEqual(now.filter((link) => !back.has(link)), before, where);
    assert.deepEqual(now.filter((link) => back.has(link)).sort(), lost.sort(), where);
  }
}

function linksOf(kind: "link_single" | "link_multiple", cell: Cell): string[] {
  if (typeof cell !== "string") return [];
  return kind === "link_single" ? [cell] : JSON.parse(cell);
}
