/**
 * A backup from beginning to end: connect, plan, copy, check, finish. What it learns goes to the progress and into the
 * file. A lost connection is tried again a few times, and the file says so; it never retries for ever.
 */
import type { ArchiveWriter } from "../archive/making/archive_writer.ts";
import { countStoredMedia } from "../archive/catalogue/summary.ts";
import { completeArchive, type FinishedArchive, nameArchive } from "../archive/making/finish.ts";
import type { ErrorCode } from "../error_codes.ts";
import { AnvilSqliteError, isKind, stopped } from "../errors.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { PATIENCE } from "../uplink/limits.ts";
import { stringOf } from "../json/exact_json.ts";
import { compareSchemas, type DriftKind } from "../schema/drift.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import { whatLooksWrong } from "./looks_wrong.ts";
import type { BackupOptions, EarlierBackup } from "./backup_options.ts";
import { AppCopy } from "./copy/copy_app.ts";
import { Pace } from "./copy/pace.ts";
import { type Patience, patiently, Tries } from "../uplink/patience.ts";
import { retryReporter } from "../ui/progress/progress.ts";
import { tellLeftBehind } from "./left_behind.ts";
import { planBackup } from "./plan_backup.ts";
import { finalProvenance } from "./provenance.ts";
import { openPartial, resumeBackup } from "./resume_backup.ts";
import {
  closeSession,
  firstSession,
  openSession,
  type Session,
  type SessionOptions,
  type Snapshot,
  type SnapshotKind,
} from "../tables/session.ts";

/** How a backup ended. */
export interface BackupResult extends FinishedArchive {
  /** 0, or 3 when something that was asked for is not in the file. */
  readonly exitCode: ExitCode;
  readonly snapshot: SnapshotKind;
  readonly tables: number;
  readonly totalRows: number;
  readonly media: number;
  readonly mediaBytes: number;
  /** Media that were taken from an earlier backup. */
  readonly mediaReused: number;
  /** What looks wrong compared with the backup before, in sentences; it does not make the file incomplete. */
  readonly looksWrong: readonly string[];
  /** Why the file is incomplete, and whatever else the reader should know. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly elapsedMs: number;
}

/**
 * Backs an app up.
 * @throws {AnvilSqliteError} with the exit code of what stopped it; an unfinished file keeps its partial name
 */
export async function runBackup(options: BackupOptions): Promise<BackupResult> {
  const { clock, progress } = options;
  const start = new Date(clock.now());
  const began = clock.monotonic();
  const patience = patienceOf(options);
  const sessions = { ...options, ...patience };
  const { destination } = options;
  // Files are checked before any call to the app.
  const begun = destination.kind === "partial" ? await openPartial(options, destination.path) : destination;
  const left = destination.kind === "partial" ? null : await tellLeftBehind(destination);
  if (left !== null) progress.report({ type: "warning", code: "unfinished-backups", message: left });
  const session = await firstSession(sessions).catch((error: unknown) => {
    if ("writer" in begun) begun.writer.close();
    throw error;
  });
  progress.report({
    type: "connected",
    host: new URL(options.url).host,
    app: session.connection.welcome.appId || null,
  });
  await using earlier = await orClose(session, findEarlier(options, session));
  const prepared = await orClose(
    session,
    "writer" in begun ? resumeBackup(options, begun, session) : planBackup(options, begun, session, start),
  );
  const { writer, path } = prepared;
  const pace = new Pace(options.pace ?? "gentle");
  const copy = new AppCopy(writer, {
    ...patience,
    progress,
    signal: options.signal,
    pace,
    earlier: earlier?.media ?? null,
  }, prepared);
  try {
    const snapshot = await copyAll(sessions, copy, session, prepared.resumed);
    const onStep = (what: string) => progress.report({ type: "checking", what });
    if (!writer.completed) {
      if (snapshot.kind !== "consistent") copy.outcome.notOneMoment(snapshot, options.requireSnapshot ?? false);
      if (earlier?.predecessor) copy.outcome.looksWrongIn(whatLooksWrong(writer.engine, earlier.predecessor));
      const ending = () => ({
        end: new Date(clock.now()),
        // A clock that was set meanwhile must not make a run look shorter or longer than it was.
        seconds: (clock.monotonic() - began) / 1_000,
        snapshot,
        complete: copy.outcome.incomplete === 0,
        engine: writer.engine.name,
        reused: copy.outcome.reused,
      });
      completeArchive(writer, { provenance: () => finalProvenance(ending()), blocks: copy.blocks, onStep });
    }
    // From all sessions and runs that have filled the file.
    const media = countStoredMedia(writer.engine);
    const finished = await nameArchive(writer, path, onStep);
    return {
      ...finished,
      exitCode: copy.outcome.incomplete > 0 ? EXIT.incomplete : EXIT.done,
      snapshot: snapshot.kind,
      tables: copy.tables,
      totalRows: [...finished.rows.values()].reduce((sum, rows) => sum + rows, 0),
      media: media.count,
      mediaBytes: media.bytes,
      mediaReused: copy.outcome.reused.media,
      looksWrong: copy.outcome.looksWrong,
      warnings: copy.outcome.warnings,
      elapsedMs: clock.monotonic() - began,
    };
  } catch (error) {
    throw explain(error, writer);
  }
}

/** Returns the result; if that fails, closes the session first. */
async function orClose<T>(session: Session, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    await closeSession(session);
    throw error;
  }
}

/**
 * A backup without its predecessor is as good as any: if that cannot be read, the reason is reported and the run goes
 * on.
 */
async function findEarlier(
  { earlier, url, progress }: BackupOptions,
  { connection: { welcome } }: Session,
): Promise<EarlierBackup | null> {
  if (earlier === undefined) return null;
  try {
    const environment = stringOf(welcome.environment["description"]) ?? "";
    return await earlier({ id: welcome.appId, name: null, environment, host: new URL(url).host });
  } catch (error) {
    if (!isKind(error, "file", "place")) throw error;
    progress.report({
      type: "warning",
      code: error.code,
      message: `No earlier backup was looked at: ${error.message}`,
    });
    return null;
  }
}

function patienceOf({ clock, signal, progress }: BackupOptions): Required<Patience> {
  return { clock, signal, onRetry: retryReporter(progress) };
}

type Sessions = SessionOptions & Required<Patience>;

/**
 * Copies until everything is there; a lost connection or transaction is replaced as long as each new one brings
 * something.
 */
async function copyAll(options: Sessions, copy: AppCopy, first: Session, resumed: boolean): Promise<Snapshot> {
  let session = first;
  let snapshot = firstSnapshot(first, resumed);
  for (const tries = new Tries(PATIENCE.session, options);;) {
    const before = copy.outcome.stepsDone;
    try {
      if (!copy.writer.completed) await copy.run(session);
      await closeSession(session);
      return snapshot;
    } catch (error) {
      await closeSession(session);
      if (options.signal.aborted) throw stopped(options.signal);
      if (copy.outcome.stepsDone > before) tries.progressed();
      await tries.failed(error, "connection");
      // The rest cannot have changed: media whose ids name the same content for ever.
      if (!copy.isBeyondSnapshot) {
        snapshot = { kind: "resumed", reason: error instanceof Error ? error.message : String(error) };
      }
      session = await patiently("connection", () => openSession(options), options, PATIENCE.reconnect);
      checkSchema(first, session);
    }
  }
}

/** A new column is not copied; a column that is gone or of another kind would spoil the rows already copied. */
function checkSchema(first: Session, now: Session): void {
  const [then, live] = [schemaFromLive(first.live).schema, schemaFromLive(now.live).schema];
  const broken = compareSchemas(then, live).find(({ kind }) => !HARMLESS.has(kind));
  if (broken === undefined) return;
  throw new AnvilSqliteError(`The app's tables changed while the backup ran: ${broken.message}`, {
    code: "schema-changed",
    hint: "Start a new backup.",
  });
}

/** The copy itself reports a table that is gone. */
const HARMLESS: ReadonlySet<DriftKind> = new Set(["missing-table", "extra-table", "extra-column"]);

function firstSnapshot(session: Session, resumed: boolean): Snapshot {
  if (resumed) return { kind: "resumed", reason: "an interrupted run was continued" };
  if (session.transaction === null) return { kind: "per-table", reason: "this key may not open a transaction" };
  return { kind: "consistent", reason: "one transaction" };
}

/** Failures whose own hint says what to do next; resuming is not the advice then. */
const NOT_RESUMABLE: ReadonlySet<ErrorCode> = new Set([
  "damaged",
  "destination-exists",
  "cannot-write",
  "schema-changed",
]);

/** Closes the partial file and says where it is. */
function explain(error: unknown, writer: ArchiveWriter): unknown {
  const partial = writer.engine.path;
  try {
    writer.close();
  } catch {
    // Closed already: the failure came after that.
  }
  if (!(error instanceof AnvilSqliteError) || NOT_RESUMABLE.has(error.code)) return error;
  const kept = `What was copied is kept: continue with 'backup --resume ${partial}'.`;
  return new AnvilSqliteError(error.message, {
    code: error.code,
    hint: error.kind === "place" && error.hint !== null ? `${error.hint} ${kept}` : kept,
    cause: error,
  });
}
