/**
 * Looks at everything that a backup will need, before it is needed: server, key, tables, size, disk, clock, schema.
 * It reads a page of each table at most, and writes nothing.
 */
import { closeSession, firstSession, type Session } from "../tables/session.ts";
import type { Clock } from "../clock.ts";
import { AnvilSqliteError, isKind } from "../errors.ts";
import { EXIT } from "../exit_codes.ts";
import { compareSchemas } from "../schema/drift.ts";
import { schemaFromLive } from "../schema/from_live.ts";
import type { AppSchema, ColumnSchema } from "../schema/model/app_schema.ts";
import { countRows, type ListedTable } from "../tables/listing.ts";
import { count, countOf } from "../ui/text/count.ts";
import { readPage } from "../tables/read/page.ts";
import { tableReader } from "../tables/read/table_reader.ts";
import { byteSize } from "../ui/text/byte_size.ts";
import { duration } from "../ui/text/duration.ts";
import { displayUrl } from "../uplink/handshake.ts";
import { type Limits, MAX_MESSAGE_BYTES, PATIENCE } from "../uplink/limits.ts";
import { patiently } from "../uplink/patience.ts";
import { freshStack } from "../tables/transaction.ts";
import { RemoteError } from "../uplink/uplink_errors.ts";
import { stringOf } from "../json/exact_json.ts";
import type { Check } from "./check.ts";
import { checkClock } from "./check_clock.ts";
import { checkDisk } from "./check_disk.ts";

/** What `doctor` should check, and how. */
interface ExamineOptions {
  readonly url: string;
  readonly key: string;
  /** Where a backup would go, as `backup -o` takes it. */
  readonly output: string;
  readonly schemaFile: { readonly name: string; readonly schema: AppSchema } | null;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/** Rows of each table that are read to estimate their size. */
const SAMPLE_ROWS = 100;
/** Speed at which an Anvil server sends one snapshot, read in several ranges at once: measured, see BACKGROUND.md. */
const SERVER_ROWS_PER_SECOND = 20_000;
/** Size of a file as a share of what the wire carries: capabilities, a third of each page, are not stored. */
const FILE_PART = 0.6;

/** Examines an app. It reports every check that was possible, in order, as soon as it is made. */
export async function* examine(options: ExamineOptions): AsyncIterable<Check> {
  let session: Session;
  try {
    // A failure is reported at once; no connection is tried twice.
    session = await firstSession({ ...options, waitMs: 0 });
  } catch (error) {
    if (!(error instanceof AnvilSqliteError) || error.kind === "stopped") throw error;
    const name = error.exitCode === EXIT.unreachable ? "server" : "key";
    yield { name, verdict: "problem", message: error.message, hint: error.hint, exitCode: error.exitCode };
    yield await checkDisk(options.output, null);
    return;
  }
  try {
    // These measurements need no snapshot, and a snapshot would hold a database connection that others may need.
    await session.transaction?.close(true).catch(() => {});
    yield* examineSession(session, options);
  } catch (error) {
    // The connection was lost, or the server refused something unexpected.
    if (!(error instanceof AnvilSqliteError) || error.kind === "stopped") throw error;
    yield { name: "server", verdict: "problem", message: error.message, hint: error.hint, exitCode: error.exitCode };
  } finally {
    await closeSession(session);
  }
}

async function* examineSession(session: Session, options: ExamineOptions): AsyncIterable<Check> {
  const { welcome } = session.connection;
  yield ok("server", `${displayUrl(options.url)} answers`);
  yield welcome.keyKind === "uplink" ? ok("key", "A server Uplink key") : note(
    "key",
    "A DB-read key: it gives no snapshot of all tables at one moment, and no bytes of uploaded files",
    "Use the server Uplink key for a complete backup.",
  );
  const description = stringOf(welcome.environment["description"]) ?? "unknown";
  yield ok("environment", [welcome.appId || "an App Server", welcome.branch, description].filter(Boolean).join(", "));
  yield await checkClock(options.url, options.clock, options.limits.timeMs, options.signal);
  yield* examineTables(session, options);
  if (options.schemaFile !== null) yield* examineDrift(session, options.schemaFile);
}

async function* examineTables(session: Session, options: ExamineOptions): AsyncIterable<Check> {
  const { listed, live } = session;
  const { schema } = schemaFromLive(live);
  const readable = listed.filter(({ capability }) => capability !== null);
  const unreadable = listed.filter(({ capability }) => capability === null).map(({ name }) => `'${name}'`);
  if (listed.length === 0) yield note("tables", "The app has no tables", null);
  else if (readable.length === 0) {
    const hint = "In the Anvil editor, give server code access to them.";
    yield { name: "tables", verdict: "problem", message: "No table may be read", hint, exitCode: EXIT.notAllowed };
  } else if (unreadable.length > 0) {
    const hint = "In the Anvil editor, give server code access to them, or leave them out with --exclude.";
    const message = `Of ${countOf(listed.length, "table")}, ${unreadable.length} may not be read: ${
      unreadable.join(", ")
    }`;
    yield { name: "tables", verdict: "problem", message, hint, exitCode: EXIT.incomplete };
  } else {yield ok(
      "tables",
      `${listed.length === 1 ? "The one table" : `All ${count(listed.length)} tables`} may be read`,
    );}
  let [rows, bytes] = [0, 0];
  for (const table of readable) {
    const columns = schema.tables.find(({ id }) => id === table.id)?.columns ?? [];
    try {
      const look = () => measure(session, table, columns);
      const measured = await patiently(`looking at table '${table.name}'`, look, options, PATIENCE.alone);
      rows += measured.rows;
      bytes += measured.bytes;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      const { message, hint, exitCode } = error;
      yield { name: "tables", verdict: "problem", message: `Table '${table.name}': ${message}`, hint, exitCode };
    }
  }
  const time = duration(rows / SERVER_ROWS_PER_SECOND * 1_000);
  yield ok(
    "size",
    `${countOf(rows, "row")}, about ${byteSize(bytes)} without uploaded files, in about ${time} from a server nearby`,
  );
  yield await checkDisk(options.output, bytes);
}

/** The number of rows of a table, and an estimate of their bytes in a file. */
async function measure({ connection }: Session, table: ListedTable, columns: readonly ColumnSchema[]) {
  const stack = freshStack("look");
  if (table.capability === null) return { rows: 0, bytes: 0 };
  const rows = await countRows(connection, stack, table.capability);
  const reader = tableReader(table, columns);
  const sample = await readPage(connection, stack, reader, { after: null, rows: SAMPLE_ROWS }).catch((error) => {
    if (!isKind(error, "size")) throw error;
    return null;
  });
  // A sample that is too large for a message at least shows how large its rows are.
  const rowBytes = sample === null ? MAX_MESSAGE_BYTES / SAMPLE_ROWS : sample.bytes / Math.max(1, sample.rows.length);
  return { rows, bytes: rows * rowBytes * FILE_PART };
}

function* examineDrift(session: Session, file: { readonly name: string; readonly schema: AppSchema }): Iterable<Check> {
  const drift = compareSchemas(file.schema, schemaFromLive(session.live).schema);
  if (drift.length === 0) return yield ok("schema", `${file.name} and the live app agree`);
  const hint = "Backups copy what is live; save the app's anvil.yaml again to get rid of this.";
  for (const { message } of drift) yield { name: "schema", verdict: "problem", message, hint, exitCode: EXIT.drift };
}

function ok(name: string, message: string): Check {
  return { name, verdict: "ok", message, hint: null, exitCode: EXIT.done };
}

function note(name: string, message: string, hint: string | null): Check {
  return { name, verdict: "note", message, hint, exitCode: EXIT.done };
}
