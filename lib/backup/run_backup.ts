/**
 * A backup from beginning to end: connect, plan, copy, check, finish. What it learns goes to the progress and into
 * the file. A lost connection is tried again a few times, and the file says so; nothing goes on for ever.
 */
import type { ArchiveWriter } from "../archive/archive_writer.ts";
import { completeArchive, type FinishedArchive, nameArchive } from "../archive/finish.ts";
import { pause } from "../clock.ts";
import { AnvilSqliteError, EXIT, type ExitCode } from "../errors.ts";
import { interrupted } from "../uplink/connection.ts";
import { ConnectionLostError, isTransactionGone } from "../uplink/uplink_errors.ts";
import { backoffMs } from "./backoff.ts";
import type { BackupOptions } from "./backup_options.ts";
import { AppCopy } from "./copy_app.ts";
import { planBackup, type PreparedBackup } from "./plan_backup.ts";
import { finalProvenance } from "./provenance.ts";
import { resumeBackup } from "./resume_backup.ts";
import { closeSession, openSession, type Session, type Snapshot, type SnapshotKind } from "./session.ts";

/** How a backup ended. */
export interface BackupResult extends FinishedArchive {
  /** 0, or 3 when something that was asked for is not in the file. */
  readonly exitCode: ExitCode;
  readonly snapshot: SnapshotKind;
  readonly tables: number;
  readonly totalRows: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** Why the file is incomplete, and whatever else the reader should know. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly elapsedMs: number;
}

/** Connections opened anew before a run gives up. */
const RECONNECTS = 5;

/**
 * Backs an app up.
 * @throws {AnvilSqliteError} with the exit code of what stopped it; an unfinished file keeps its partial name
 */
export async function runBackup(options: BackupOptions): Promise<BackupResult> {
  const { clock, progress } = options;
  const start = new Date(clock.now());
  const session = await openSession(sessionOptions(options));
  progress.report({
    type: "connected",
    host: new URL(options.url).host,
    app: session.connection.welcome.appId || null,
  });
  let prepared: PreparedBackup;
  try {
    prepared = options.destination.kind === "partial"
      ? await resumeBackup(options, options.destination.path, session)
      : await planBackup(options, options.destination, session, start);
  } catch (error) {
    await closeSession(session);
    throw error;
  }
  const { writer, path } = prepared;
  const copy = new AppCopy(writer, options, prepared);
  try {
    const snapshot = await copyAll(options, copy, session, prepared.resumed);
    const onStep = (what: string) => progress.report({ type: "checking", what });
    if (!writer.completed) {
      const ending = () => ({
        start,
        end: new Date(clock.now()),
        snapshot,
        complete: copy.incomplete === 0,
        engine: writer.engine.name,
      });
      completeArchive(writer, { provenance: () => finalProvenance(ending()), blocks: copy.blocks, onStep });
    }
    const finished = await nameArchive(writer, path, onStep);
    return {
      ...finished,
      exitCode: copy.incomplete > 0 ? EXIT.incomplete : EXIT.done,
      snapshot: snapshot.kind,
      tables: copy.tables,
      totalRows: [...finished.rows.values()].reduce((sum, rows) => sum + rows, 0),
      media: copy.mediaStored,
      mediaBytes: copy.mediaBytes,
      warnings: copy.warnings,
      elapsedMs: clock.now() - start.getTime(),
    };
  } catch (error) {
    throw explain(error, writer);
  }
}

function sessionOptions(options: BackupOptions) {
  const { url, key, clock, limits, signal } = options;
  return { url, key, clock, limits, signal };
}

/** Copies until all is there; a lost connection or transaction is replaced, with a limit. */
async function copyAll(options: BackupOptions, copy: AppCopy, first: Session, resumed: boolean): Promise<Snapshot> {
  let session = first;
  let snapshot = firstSnapshot(first, resumed);
  for (let attempt = 1;; attempt++) {
    try {
      if (!copy.writer.completed) await copy.run(session);
      await closeSession(session);
      return snapshot;
    } catch (error) {
      session.transaction?.abandon();
      await session.connection.close();
      if (options.signal.aborted) throw interrupted();
      if (!(error instanceof ConnectionLostError || isTransactionGone(error)) || attempt > RECONNECTS) throw error;
      snapshot = { kind: "resumed", reason: error instanceof Error ? error.message : String(error) };
      session = await reopen(options, attempt, snapshot.reason);
    }
  }
}

function firstSnapshot(session: Session, resumed: boolean): Snapshot {
  if (resumed) return { kind: "resumed", reason: "an interrupted run was continued" };
  if (session.transaction === null) return { kind: "per-table", reason: "this key may not open a transaction" };
  return { kind: "consistent", reason: "one transaction" };
}

async function reopen(options: BackupOptions, attempt: number, reason: string): Promise<Session> {
  const { progress, clock, signal } = options;
  for (let tries = attempt;; tries++) {
    const waitMs = backoffMs(tries);
    progress.report({ type: "retry", what: "connection", attempt: tries + 1, waitMs, message: reason });
    await pause(clock, waitMs, signal);
    try {
      return await openSession(sessionOptions(options));
    } catch (error) {
      const worthTrying = error instanceof AnvilSqliteError && error.exitCode === EXIT.unreachable;
      if (!worthTrying || tries >= attempt + RECONNECTS) throw error;
    }
  }
}

/** Closes the partial file and says where it is. */
function explain(error: unknown, writer: ArchiveWriter): unknown {
  const partial = writer.engine.path;
  try {
    writer.close();
  } catch {
    // Closed already: the failure came after.
  }
  if (!(error instanceof AnvilSqliteError)) return error;
  const kept = `What was copied is kept: continue with 'backup --resume ${partial}'.`;
  return new AnvilSqliteError(error.message, {
    code: error.code,
    hint: error.exitCode === EXIT.destination || error.code === "damaged" ? error.hint ?? kept : kept,
    exitCode: error.exitCode,
    cause: error,
  });
}
