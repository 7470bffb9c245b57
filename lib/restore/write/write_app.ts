/**
 * The writing part of a restore: group after group until nothing is left, over as many connections as it takes.
 * Everything it has done is in the id map, so that another process can go on from there. It proves nothing.
 */
import { countOf } from "../../ui/text/count.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import { MediaReader } from "../../archive/media/media_reader.ts";
import { isKind, stopped } from "../../errors.ts";
import type { Isolation } from "../../tables/transaction.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { Tries } from "../../uplink/patience.ts";
import type { AppLink } from "../job/app_link.ts";
import { patienceOf, type RestoreOptions } from "../job/restore_options.ts";
import { FileCells } from "../job/file_cells.ts";
import { removeStrays, settleGroups } from "./settle_groups.ts";
import { deletionRefused, isRestriction } from "./deletion_guard.ts";
import { restrictingRows } from "./restricting_rows.ts";
import { type Work, WorkList } from "./work_list.ts";
import type { FileSetting } from "./write_cells.ts";
import { GROUP_ROWS, GroupFailure, writeGroup } from "./write_group.ts";
import { WriteTally } from "./write_tally.ts";

/** Smallest group, in rows, however many conflicts there are. */
const LEAST_GROUP_ROWS = 20;

/** Why writing ended early, and what was being done. */
export class WriteFailure extends Error {
  readonly place: string;
  constructor(error: unknown, place: string) {
    super(place, { cause: error });
    this.place = place;
  }
}

/**
 * Writes all that is left by the id map.
 * @throws {WriteFailure} with the cause, when it could not; what was committed stays
 */
export async function writeApp(options: RestoreOptions, link: AppLink, idMap: IdMap): Promise<void> {
  const { progress, inOrder, clock, signal, mask, archive } = options;
  using media = new MediaReader(archive.engine);
  const tally = new WriteTally(progress, idMap);
  const cells = new FileCells(archive, media, mask, options.media);
  const context = { archive, idMap, media, cells };
  const cellContext: FileSetting = {
    idMap,
    media,
    overwriteNewer: options.inPlace.overwriteNewer,
    storageOf: (table) => link.storageOf(table),
    capabilityOf: (table) => link.target.listed.find(({ id }) => id === table)?.capability ?? null,
  };
  const onWait = () => progress.report({ type: "step", what: "Waiting until the server has settled the last commit" });
  let isolation: Isolation = "relaxed";
  // A conflict means that others are writing: a shorter group has fewer conflicts, and has less to repeat.
  let maxRows = GROUP_ROWS;
  let careful = false;
  let work = new WorkList(context, link, inOrder);
  try {
    tally.begin(link.jobs);
    let hasFailed = false;
    for (const tries = new Tries(PATIENCE.group, patienceOf(options));;) {
      try {
        await settleGroups(idMap, link, { clock, signal, settleMs: options.settleMs, onWait });
        if (hasFailed) {
          work[Symbol.dispose]();
          work = new WorkList(context, link, inOrder);
        }
        if (work.peek() === null) {
          await takeOutStrays(progress, idMap, link);
          break;
        }
        const { connection, target } = link;
        const onWork = (done: Work) => tally.add(done);
        const group = {
          connection,
          target,
          clock,
          idMap,
          isolation,
          signal,
          cells: cellContext,
          careful,
          maxRows,
          onWork,
        };
        await writeGroup(group, work);
        tries.progressed();
        hasFailed = false;
        maxRows = Math.min(GROUP_ROWS, maxRows * 2);
      } catch (error) {
        const { error: cause, place, hadMedia, deletion } = error instanceof GroupFailure
          ? error
          : new GroupFailure(error, "asking what the server has committed", false);
        hasFailed = true;
        if (signal.aborted) throw new WriteFailure(stopped(signal), "");
        if (deletion !== null && isRestriction(cause)) {
          const holders = await restrictingRows(link.target, deletion.table, deletion.rows).catch(() => []);
          throw new WriteFailure(deletionRefused(deletion.name, holders, cause), "");
        }
        if (isKind(cause, "transaction")) maxRows = Math.max(LEAST_GROUP_ROWS, Math.floor(maxRows / 4));
        if (isKind(cause, "gone")) careful = true;
        try {
          const isLost = isKind(cause, "connection", "unanswered");
          await tries.failed(cause, isLost ? "connection" : place);
          if (isLost) await link.reopen();
        } catch (final) {
          throw new WriteFailure(signal.aborted ? stopped(signal) : final, place);
        }
        if (hadMedia && isKind(cause, "busy")) isolation = "serializable";
        tally.begin(link.jobs);
      }
      if (signal.aborted) throw new WriteFailure(stopped(signal), "");
    }
  } finally {
    work[Symbol.dispose]();
  }
}

async function takeOutStrays(progress: Progress, idMap: IdMap, link: AppLink): Promise<void> {
  const strays = await removeStrays(idMap, link);
  if (strays === 0) return;
  const message = `${countOf(strays, "row")} had been committed after all and stood in the app twice; deleted again`;
  progress.report({ type: "warning", code: "late-commit", message });
}
