/**
 * Finds out, before anything else is written, what became of groups whose end is not known: a commit whose reply was
 * lost may have taken effect, or may still do so. It asks for a row of the group until the row is in the app, or until
 * it cannot come any more.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { UnresolvedGroup } from "../../id_map/map_groups.ts";
import { type Clock, pause } from "../../clock.ts";
import { ASK_COMMIT_MS } from "../../uplink/limits.ts";
import { freshStack } from "../../tables/transaction.ts";
import { deleteRows, hasRow } from "../../tables/write/write_rows.ts";
import type { AppLink } from "../job/app_link.ts";
import type { TableJob } from "../job/table_job.ts";

/** Rows that one call deletes. */
const DELETE_ROWS = 500;

/** What is needed to settle groups. */
interface SettleOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a commit may still take effect after it was asked for. */
  readonly settleMs: number;
  /** Called when it has to wait. */
  readonly onWait: () => void;
}

/** Settles all groups whose end is not known. */
export async function settleGroups(idMap: IdMap, link: AppLink, options: SettleOptions): Promise<void> {
  for (const group of idMap.groups.unresolved()) {
    if (await isCommitted(idMap, link, group, options)) idMap.groups.committed(group.id);
    else idMap.groups.abandon(group.id);
  }
}

async function isCommitted(
  idMap: IdMap,
  link: AppLink,
  { id, closingAt }: UnresolvedGroup,
  { clock, signal, settleMs, onWait }: SettleOptions,
): Promise<boolean> {
  // Updates and links may be repeated; only inserted rows must not be inserted twice.
  const witness = idMap.groups.witness(id);
  const job = witness === null ? null : jobOf(link, witness.table);
  if (closingAt === null || witness === null || job === null) return false;
  // A clock that was set back must not make this wait for ever.
  const left = Math.min(settleMs, closingAt + settleMs - clock.now());
  const until = clock.monotonic() + left;
  const place = { connection: link.connection, stack: freshStack("settle") };
  for (let asked = 0;; asked++) {
    if (await hasRow(place, job.capability, witness.row)) return true;
    if (clock.monotonic() >= until) return false;
    if (asked === 1) onWait();
    await pause(clock, ASK_COMMIT_MS, signal);
  }
}

/**
 * Deletes rows of groups that were given up but took effect all the same, however late: each row is in the app twice.
 * @returns how many there were
 */
export async function removeStrays(idMap: IdMap, link: AppLink): Promise<number> {
  const place = { connection: link.connection, stack: freshStack("strays") };
  let removed = 0;
  for (const { table, rows } of idMap.groups.abandoned()) {
    const job = jobOf(link, table);
    const [first] = rows;
    if (job === null || first === undefined || !await hasRow(place, job.capability, first)) continue;
    for (let from = 0; from < rows.length; from += DELETE_ROWS) {
      await deleteRows(place, job.capability, rows.slice(from, from + DELETE_ROWS));
    }
    removed += rows.length;
  }
  idMap.groups.forgetAbandoned();
  return removed;
}

function jobOf({ jobs }: AppLink, table: number): TableJob | null {
  return jobs.find(({ plan }) => plan.tableId === table) ?? null;
}
