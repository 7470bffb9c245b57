/**
 * Undoes a restore by its id map: rows that it inserted are deleted, and cells that still hold what it set get back
 * their earlier values. It cannot undo rows that `--merge` updated or `--replace` deleted: none of our files has their
 * old values. Undoing twice is the same as undoing once, so it can be interrupted and done again.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError, isKind } from "../../errors.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently, Tries } from "../../uplink/patience.ts";
import type { RowId } from "../../value/row_id.ts";
import { type UsableTable, usableTable } from "../in_place/live_tables.ts";
import { readNotes } from "../job/restore_notes.ts";
import { patienceOf, type TargetOptions } from "../job/restore_options.ts";
import type { Storages } from "../job/table_job.ts";
import { appName, firstTarget, isSameApp, openTarget, type Target } from "../job/target.ts";
import { probeJobs } from "../plan/probe_jobs.ts";
import { childrenFirst } from "../write/children_first.ts";
import {
  type DeletedRows,
  deleteInserted,
  setCellsBack,
  type UndoPlace,
  waitForLateCommits,
} from "../write/undo_group.ts";

/** Rows that one transaction deletes. */
const GROUP_ROWS = 10_000;
/** Rows whose cells are set back in one transaction. */
const CELL_ROWS = 500;

/** What an undo does in one table. */
export interface UndoTable {
  readonly name: string;
  /** Rows that were inserted; they are deleted. */
  readonly deletes: number;
  /** Cells that were set in existing rows; they are set back. */
  readonly cells: number;
  /** Rows that were updated; they stay so. */
  readonly updated: number;
  /** Whether its former rows were deleted by the restore. */
  readonly emptied: boolean;
}

/** What an undo needs. */
interface UndoOptions extends TargetOptions {
  readonly settleMs: number;
}

/** An undo that is planned. */
interface UndoRun extends AsyncDisposable {
  /** What a user types to agree. */
  readonly app: string;
  readonly target: Target;
  readonly tables: readonly UndoTable[];
  /** Carries it out. */
  apply(): Promise<Undone>;
}

/** What an undo has done. */
export interface Undone {
  /** Rows that were deleted. */
  readonly deleted: number;
  /** Cells that were set back. */
  readonly cells: number;
  /** Cells that somebody has changed since; they stay so. */
  readonly left: number;
}

/**
 * Connects and looks at what would be deleted. It writes nothing.
 * @throws {AnvilSqliteError} `undo-mismatch` (exit 2) when the map is of another app
 */
export async function planUndo(options: UndoOptions, idMap: IdMap): Promise<UndoRun> {
  const target = await firstTarget(options);
  const app = new UndoneApp(options, idMap, target);
  try {
    const notes = readNotes(idMap);
    if (notes === null || !isSameApp(notes.app, target.identity)) {
      const other = notes === null
        ? "an app that it does not tell"
        : `another app, '${appName(notes.app, options.url)}'`;
      throw mismatch(`the id map is of a restore into ${other}`);
    }
    const names = new Map(idMap.plan.tables().map(({ id, name }) => [id, name]));
    for (const id of idMap.cells.tables("written")) {
      if (!names.has(id)) names.set(id, target.listed.find((table) => table.id === id)?.name ?? String(id));
    }
    const emptied = new Set(
      idMap.plan.tables().flatMap(({ id, empties }) => empties && !idMap.groups.needsEmptying(id) ? [id] : []),
    );
    const tables = [...names].map(([id, name]): UndoTable => {
      const { inserted, updated } = idMap.rows.progress(id);
      const { cells } = idMap.cells.count(id, "written");
      return { name, deletes: inserted, cells, updated, emptied: emptied.has(id) };
    });
    return {
      app: appName(target.identity, options.url),
      target,
      tables,
      apply: () => undo(options, app, idMap),
      [Symbol.asyncDispose]: () => app.close(),
    };
  } catch (error) {
    await target.connection.close();
    throw error;
  }
}

async function undo(options: UndoOptions, app: UndoneApp, idMap: IdMap): Promise<Undone> {
  await waitForLateCommits(idMap, options);
  for (const { name, liveId } of idMap.plan.tables()) {
    if (app.table(liveId) === null) throw mismatch(`table '${name}' is not in the app any more, or may not be used`);
  }
  const cells = await undoCells(options, app, idMap);
  return { ...cells, deleted: await undoRows(options, app, idMap) };
}

/** Cells come first: until then they link to rows that will be deleted. */
async function undoCells({ progress, signal }: UndoOptions, app: UndoneApp, idMap: IdMap) {
  let [done, left] = [0, 0];
  const tables = idMap.cells.tables("written");
  if (tables.length > 0) await app.askStorages(tables);
  for (const id of tables) {
    for (let after: RowId = "0";;) {
      signal.throwIfAborted();
      const cells = idMap.cells.page(id, "written", after, CELL_ROWS);
      const last = cells.at(-1);
      if (last === undefined) break;
      after = last.row;
      const stayed = await app.patiently("setting cells back", async (place) => {
        const table = usableTable(place.target, id);
        return table === null ? cells.length : await setCellsBack(place, table, cells);
      });
      left += stayed;
      done += cells.length - stayed;
    }
    progress.report({ type: "step", what: `Set cells of table '${app.nameOf(id)}' back` });
  }
  return { cells: done, left };
}

async function undoRows({ progress, signal }: UndoOptions, app: UndoneApp, idMap: IdMap): Promise<number> {
  let deleted = 0;
  const liveIds = new Map(idMap.plan.tables().map(({ id, liveId }) => [liveId, id]));
  let group: DeletedRows[] = [];
  let rowsOfGroup = 0;
  const flush = async () => {
    const rows = group;
    group = [];
    rowsOfGroup = 0;
    if (rows.length > 0) deleted += await app.patiently("deleting rows", (place) => deleteInserted(place, rows));
  };
  for (const table of app.childrenFirst([...liveIds.keys()])) {
    const id = liveIds.get(table.live.id) ?? 0;
    const { name } = table.live;
    progress.report({ type: "table-start", table: name, rows: idMap.rows.progress(id).inserted });
    let done = 0;
    for (let after: RowId = "0";;) {
      signal.throwIfAborted();
      const rows = idMap.rows.inserted(id, after, GROUP_ROWS - rowsOfGroup);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last;
      group.push({ table, rows });
      rowsOfGroup += rows.length;
      done += rows.length;
      if (rowsOfGroup >= GROUP_ROWS) await flush();
      progress.report({ type: "rows", table: name, rows: done, bytes: 0 });
    }
    progress.report({ type: "table-done", table: name, rows: done });
  }
  for (const { table, rows } of idMap.groups.abandoned()) {
    const liveId = idMap.plan.tables().find(({ id }) => id === table)?.liveId ?? 0;
    const live = app.table(liveId);
    if (live !== null) group.push({ table: live, rows });
  }
  await flush();
  return deleted;
}

/** The app while a restore is undone, over as many connections as it takes. */
class UndoneApp {
  readonly #options: UndoOptions;
  readonly #idMap: IdMap;
  #target: Target;
  #storages: Storages = new Map();

  constructor(options: UndoOptions, idMap: IdMap, target: Target) {
    this.#options = options;
    this.#idMap = idMap;
    this.#target = target;
  }

  table(id: number): UsableTable | null {
    return usableTable(this.#target, id);
  }

  nameOf(id: number): string {
    return this.table(id)?.live.name ?? String(id);
  }

  childrenFirst(ids: readonly number[]): readonly UsableTable[] {
    return childrenFirst(this.#target, ids);
  }

  /** Asks how tables are stored: split storage refuses links to deleted rows. */
  async askStorages(ids: readonly number[]): Promise<void> {
    const tables = ids.flatMap((id) => this.table(id)?.live ?? []);
    const probed = tables.map((live) => ({ name: live.name, live, capability: live.capability }));
    this.#storages = (await probeJobs(this.#options, this.#target, probed)).storages;
  }

  /** Carries out a step. After a lost connection it is repeated, which does nothing twice. */
  async patiently<T>(what: string, body: (place: UndoPlace) => Promise<T>): Promise<T> {
    for (const tries = new Tries(PATIENCE.group, patienceOf(this.#options));;) {
      try {
        return await body(this.#place());
      } catch (error) {
        await tries.failed(error, what);
        if (isKind(error, "connection", "unanswered")) await this.#reopen();
      }
    }
  }

  #place(): UndoPlace {
    const target = this.#target;
    return {
      target,
      clock: this.#options.clock,
      cells: {
        idMap: this.#idMap,
        overwriteNewer: false,
        storageOf: (table) => this.#storages.get(table) ?? "classic",
        capabilityOf: (table) => target.listed.find(({ id }) => id === table)?.capability ?? null,
      },
    };
  }

  async #reopen(): Promise<void> {
    const before = this.#target.identity;
    await this.close();
    const open = () => openTarget(this.#options);
    this.#target = await patiently("connection", open, patienceOf(this.#options), PATIENCE.reconnect);
    if (!isSameApp(before, this.#target.identity)) throw mismatch("another app answers now");
  }

  close(): Promise<void> {
    return this.#target.connection.close();
  }
}

function mismatch(why: string): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot undo this restore here: ${why}`, {
    code: "undo-mismatch",
    hint: "Give --url and the key of the app that was restored into.",
  });
}
