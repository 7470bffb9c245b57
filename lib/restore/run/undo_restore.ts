/**
 * Takes out of an app what a restore has inserted, by its id map. Rows that were updated or deleted stay so: their old
 * values are in no file of ours. Deleting twice is the same as deleting once, so it can be interrupted and done again.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { pause } from "../../clock.ts";
import { AnvilSqliteError, isKind } from "../../errors.ts";
import { freshStack } from "../../tables/transaction.ts";
import { deleteRows } from "../../tables/write/write_rows.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently, Tries } from "../../uplink/patience.ts";
import type { RowId } from "../../value/row_id.ts";
import { readNotes } from "../job/restore_notes.ts";
import { patienceOf, type TargetOptions } from "../job/restore_options.ts";
import { appName, firstTarget, isSameApp, openTarget, type TableCapability, type Target } from "../job/target.ts";

/** Rows deleted by one call. */
const DELETE_ROWS = 500;

/** What is to be taken out of one table. */
export interface UndoTable {
  readonly name: string;
  /** Rows that were inserted, and are deleted. */
  readonly deletes: number;
  /** Rows that were updated, and stay so. */
  readonly updated: number;
  /** Whether its former rows were deleted by the restore. */
  readonly emptied: boolean;
}

/** What undoing needs. */
interface UndoOptions extends TargetOptions {
  readonly settleMs: number;
}

/** A planned undoing. */
interface UndoRun extends AsyncDisposable {
  /** What a user types to agree. */
  readonly app: string;
  readonly target: Target;
  readonly tables: readonly UndoTable[];
  /** Deletes; returns the number of rows that it asked to be deleted. */
  apply(): Promise<number>;
}

/**
 * Connects and looks at what would be deleted. It writes nothing.
 * @throws {AnvilSqliteError} `undo-mismatch` (exit 2) when the map is of another app
 */
export async function planUndo(options: UndoOptions, idMap: IdMap): Promise<UndoRun> {
  const target = await firstTarget(options);
  const app = new UndoneApp(options, target);
  try {
    const notes = readNotes(idMap);
    if (notes === null || !isSameApp(notes.app, target.identity)) {
      const other = notes === null
        ? "an app that it does not tell"
        : `another app, '${appName(notes.app, options.url)}'`;
      throw mismatch(`the id map is of a restore into ${other}`);
    }
    const tables = idMap.plan.tables().map(({ id, name, empties }): UndoTable => {
      const { inserted, updated } = idMap.rows.progress(id);
      return { name, deletes: inserted, updated, emptied: empties && !idMap.groups.needsEmptying(id) };
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

async function undo(options: UndoOptions, app: UndoneApp, idMap: IdMap): Promise<number> {
  await waitForLateCommits(options, idMap);
  const { progress, signal } = options;
  let deleted = 0;
  for (const { id, name, liveId } of idMap.plan.tables()) {
    if (app.capability(liveId) === null) {
      throw mismatch(`table '${name}' is not in the app any more, or may not be used`);
    }
    const total = idMap.rows.progress(id).inserted;
    progress.report({ type: "table-start", table: name, rows: total });
    let done = 0;
    for (let after: RowId = "0";;) {
      signal.throwIfAborted();
      const rows = idMap.rows.inserted(id, after, DELETE_ROWS);
      const last = rows.at(-1);
      if (last === undefined) break;
      await app.remove(liveId, rows);
      done += rows.length;
      progress.report({ type: "rows", table: name, rows: done, bytes: 0 });
      after = last;
    }
    progress.report({ type: "table-done", table: name, rows: done });
    deleted += done;
  }
  for (const { table, rows } of idMap.groups.abandoned()) {
    const liveId = idMap.plan.tables().find(({ id }) => id === table)?.liveId;
    for (let from = 0; liveId !== undefined && from < rows.length; from += DELETE_ROWS) {
      await app.remove(liveId, rows.slice(from, from + DELETE_ROWS));
    }
  }
  return deleted;
}

/** The app while rows are deleted from it, over as many connections as it takes. */
class UndoneApp {
  readonly #options: UndoOptions;
  #target: Target;

  constructor(options: UndoOptions, target: Target) {
    this.#options = options;
    this.#target = target;
  }

  /** The capability of a table of the app; null when it is gone or may not be used. */
  capability(liveId: number): TableCapability | null {
    return this.#target.listed.find(({ id }) => id === liveId)?.capability ?? null;
  }

  /** Deletes rows of a table; what is lost on the way is done again, which deletes nothing twice. */
  async remove(liveId: number, rows: readonly RowId[]): Promise<void> {
    for (const tries = new Tries(PATIENCE.group, patienceOf(this.#options));;) {
      const capability = this.capability(liveId);
      if (capability === null) return;
      try {
        return await deleteRows({ connection: this.#target.connection, stack: freshStack("undo") }, capability, rows);
      } catch (error) {
        await tries.failed(error, "deleting rows");
        if (isKind(error, "connection", "unanswered")) await this.#reopen();
      }
    }
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

/** A commit that was asked for moments ago may still take effect, after rows were deleted that were not there yet. */
async function waitForLateCommits(options: UndoOptions, idMap: IdMap): Promise<void> {
  const { clock, settleMs, signal } = options;
  const ends = idMap.groups.unresolved().flatMap(({ closingAt }) => closingAt === null ? [] : [closingAt + settleMs]);
  const left = Math.min(settleMs, Math.max(0, ...ends) - clock.now());
  if (left > 0) await pause(clock, left, signal);
}

function mismatch(why: string): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot undo this restore here: ${why}`, {
    code: "undo-mismatch",
    hint: "Give --url and the key of the app that was restored into.",
  });
}
