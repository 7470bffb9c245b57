/**
 * The writing part of a restore: group after group until nothing is left, over as many connections as it takes.
 * Everything it has done stands in the id map, so that another process goes on from there. It proves nothing.
 */
import { countOf } from "../../ui/text/count.ts";
import { backoffMs } from "../../uplink/backoff.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import { MediaReader } from "../../archive/media/media_reader.ts";
import { pause } from "../../clock.ts";
import { AnvilSqliteError, EXIT, interrupted } from "../../errors.ts";
import { addRows, type CallPlace } from "../../tables/write/write_rows.ts";
import { type Isolation, openTransaction } from "../../tables/transaction.ts";
import { ConnectionLostError, isTransactionGone, isTransient, RemoteError } from "../../uplink/uplink_errors.ts";
import type { AppLink } from "../job/app_link.ts";
import type { RestoreOptions } from "../job/restore_options.ts";
import type { TableJob } from "../job/table_job.ts";
import { removeStrays, settleGroups } from "./settle_groups.ts";
import { WorkList } from "./work_list.ts";
import { GroupFailure, writeGroup } from "./write_group.ts";
import { WriteTally } from "./write_tally.ts";

/** Tries of one group that conflicts, expires, or meets a server in trouble. */
const TRIES = 10;
/** Tables asked at once whether they can be written. */
const PROBES_IN_FLIGHT = 16;

/** Why writing ended early, with what was being done. */
export class WriteFailure extends Error {
  readonly place: string;
  constructor(error: unknown, place: string) {
    super(place, { cause: error });
    this.place = place;
  }
}

/**
 * Writes all that the id map says is left.
 * @throws {WriteFailure} with the cause, when it could not; what was committed stays
 */
export async function writeApp(options: RestoreOptions, link: AppLink, idMap: IdMap): Promise<void> {
  const { progress, inOrder, clock, signal, mask, archive } = options;
  using media = new MediaReader(archive.engine);
  const tally = new WriteTally(progress, idMap);
  const context = { archive, idMap, media, mask, withMedia: options.media };
  const onWait = () => progress.report({ type: "step", what: "Waiting until the server has settled the last commit" });
  let isolation: Isolation = "relaxed";
  let work = new WorkList(context, link.jobs, inOrder);
  try {
    tally.begin(link.jobs);
    for (let failures = 0;;) {
      try {
        await settleGroups(idMap, link, { clock, signal, settleMs: options.settleMs, onWait });
        if (failures > 0) {
          work[Symbol.dispose]();
          work = new WorkList(context, link.jobs, inOrder);
        }
        if (work.peek() === null) break;
        const { connection } = link;
        await writeGroup({ connection, clock, idMap, isolation, signal, onWork: (done) => tally.add(done) }, work);
        failures = 0;
      } catch (error) {
        const { error: cause, place, hadMedia } = error instanceof GroupFailure
          ? error
          : new GroupFailure(error, "asking what the server has committed", false);
        failures++;
        if (signal.aborted) throw new WriteFailure(interrupted(), "");
        if (failures > TRIES || !mayPass(cause)) throw new WriteFailure(cause, place);
        if (hadMedia && isTransient(cause)) isolation = "serializable";
        await tryAgain(options, link, failures, cause, place);
        tally.begin(link.jobs);
      }
      if (signal.aborted) throw new WriteFailure(interrupted(), "");
    }
    const strays = await removeStrays(idMap, link);
    if (strays > 0) {
      const message = `${
        countOf(strays, "row")
      } had been committed after all and stood in the app twice; deleted again`;
      progress.report({ type: "warning", code: "late-commit", message });
    }
  } finally {
    work[Symbol.dispose]();
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof ConnectionLostError || isTransactionGone(error) || isTransient(error);
}

async function tryAgain(
  { progress, clock, signal }: RestoreOptions,
  link: AppLink,
  failures: number,
  cause: unknown,
  place: string,
): Promise<void> {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof ConnectionLostError) {
    try {
      return await link.reopen(message);
    } catch (error) {
      throw new WriteFailure(signal.aborted ? interrupted() : error, place);
    }
  }
  const waitMs = backoffMs(failures);
  progress.report({ type: "retry", what: place, attempt: failures + 1, waitMs, message });
  await pause(clock, waitMs, signal).catch(() => {
    throw new WriteFailure(interrupted(), place);
  });
}

/**
 * Whether every table can be written, tried with one empty row each and rolled back: a table that server code may only
 * search looks like any other until then.
 * @throws {AnvilSqliteError} `not-writable` (exit 12)
 */
export async function probeWritable({ clock }: RestoreOptions, { connection, jobs }: AppLink): Promise<void> {
  const transaction = await openTransaction(connection, clock);
  const place = { connection, stack: transaction.stack };
  try {
    for (let from = 0; from < jobs.length; from += PROBES_IN_FLIGHT) {
      await Promise.all(jobs.slice(from, from + PROBES_IN_FLIGHT).map((job) => probe(place, job)));
    }
    await transaction.close(true);
  } catch (error) {
    await transaction.close(true).catch(() => transaction.abandon());
    throw error;
  }
}

async function probe(place: CallPlace, { name, capability }: TableJob): Promise<void> {
  try {
    await addRows(place, capability, [[]]);
  } catch (cause) {
    if (!(cause instanceof RemoteError) || cause.code !== "permission-denied") throw cause;
    throw new AnvilSqliteError(`Server code may not write to table '${name}'`, {
      code: "not-writable",
      hint: "In the Anvil editor, give server code full access to the table, or leave it out with --exclude.",
      exitCode: EXIT.notAllowed,
      cause,
    });
  }
}
