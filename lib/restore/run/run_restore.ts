/**
 * A restore from its plan to its proof: the part that the command, the drill and the copy have in common. It writes
 * nothing to the app before {@link RestoreRun.apply}, and keeps its id map only if something was written.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import { AnvilSqliteError, stopped } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently, Tries } from "../../uplink/patience.ts";
import { AppLink } from "../job/app_link.ts";
import type { Proof } from "../prove/difference_list.ts";
import { type MapPlace, openRunMap, type RunMap } from "./map_place.ts";
import { planRestore, refuseUnwritable } from "../plan/plan_restore.ts";
import type { PreparedRestore, RestorePlan } from "../plan/restore_plan.ts";
import { proveRestore } from "../prove/prove_restore.ts";
import { replan, resumedOptions } from "../plan/replan.ts";
import { isInPlace, patienceOf, type RestoreOptions } from "../job/restore_options.ts";
import { noteRestore, phaseOf, setPhase } from "../job/restore_notes.ts";
import { EarlierRestores } from "../in_place/earlier_restores.ts";
import { type CellTally, cellTally } from "./cell_tally.ts";
import { readEarlierMaps } from "./earlier_maps.ts";
import { standingText } from "./standing.ts";
import { firstTarget, openTarget, type Target } from "../job/target.ts";
import { hasWork } from "../write/work_list.ts";
import { writeApp, WriteFailure } from "../write/write_app.ts";

/** How a restore ended. */
export interface RestoreResult {
  /** 0, or 3 when the app does not hold what the archive holds. */
  readonly exitCode: ExitCode;
  readonly proof: Proof;
  readonly inserted: number;
  readonly updated: number;
  /** What happened to cells of existing rows. */
  readonly cells: CellTally;
  readonly elapsedMs: number;
}

/**
 * Connects and plans. A plan writes nothing to the app, so after a lost connection it is made again from its beginning.
 * @throws {AnvilSqliteError} as `openTarget`, `openRunMap` and `planRestore`
 */
export async function planRun(options: RestoreOptions, place: MapPlace): Promise<RestoreRun> {
  const patience = patienceOf(options);
  let target = await firstTarget(options);
  for (const tries = new Tries(PATIENCE.plan, patience);;) {
    try {
      return await planOnce(options, place, target);
    } catch (error) {
      await tries.failed(error, "planning");
      target = await patiently("connection", () => openTarget(options), patience, PATIENCE.reconnect);
    }
  }
}

/** Plans; if that fails, closes everything that was opened or passed in. */
async function planOnce(options: RestoreOptions, place: MapPlace, target: Target): Promise<RestoreRun> {
  const { connection } = target;
  let map: RunMap | null = null;
  try {
    const { host } = new URL(options.url);
    options.progress.report({ type: "connected", host, app: connection.welcome.appId || null });
    map = await openRunMap(place);
    if (place.kind === "resume") {
      const resumed = resumedOptions(options, map.idMap);
      return new RestoreRun(resumed, target, map, await replan(resumed, target, map.idMap), true);
    }
    const earlier = isInPlace(options.mode) ? await readEarlierMaps(options, target) : new EarlierRestores();
    const prepared = await planRestore(options, target, map.idMap, earlier);
    await options.checkUsed?.(map.idMap);
    noteRestore(map.idMap, options, target);
    await map.planned();
    return new RestoreRun(options, target, map, prepared, false);
  } catch (error) {
    await map?.close();
    await connection.close();
    throw error;
  }
}

/** A restore with a finished plan. */
export class RestoreRun implements AsyncDisposable {
  readonly plan: RestorePlan;
  readonly #options: RestoreOptions;
  readonly #map: RunMap;
  readonly #prepared: PreparedRestore;
  readonly #resumed: boolean;
  #link: AppLink | null = null;
  readonly #target: Target;

  constructor(options: RestoreOptions, target: Target, map: RunMap, prepared: PreparedRestore, resumed: boolean) {
    this.#options = options;
    this.#target = target;
    this.#map = map;
    this.#prepared = prepared;
    this.#resumed = resumed;
    this.plan = prepared.plan;
  }

  /** The name of the app, for showing. */
  get target(): Target {
    return this.#target;
  }

  /** The id map's file. */
  get mapPath(): string {
    return this.#map.idMap.path;
  }

  /** Causes the id map to be removed at the end, even if its run wrote something. */
  dropMap(): void {
    this.#map.drop();
  }

  /** Whether there is something to write, or something written that is not proven yet. */
  get hasWork(): boolean {
    const { idMap } = this.#map;
    return hasWork(idMap, this.#prepared.jobs) || this.#resumed && phaseOf(idMap) !== "proved";
  }

  /**
   * Writes and proves.
   * @throws {AnvilSqliteError} with the exit code of what stopped it; its hint says what is in the app
   */
  async apply(): Promise<RestoreResult> {
    const { clock, progress } = this.#options;
    const { idMap } = this.#map;
    const begun = clock.now();
    const { jobs, storages } = this.#prepared;
    refuseUnwritable(this.plan);
    const link = this.#link = new AppLink(this.#options, jobs.map(({ plan }) => plan), this.#target, storages);
    progress.report({ type: "plan", tables: jobs.length, rows: this.plan.rows });
    try {
      setPhase(idMap, "writing");
      await writeApp(this.#options, link, idMap);
      setPhase(idMap, "written");
      const proof = await this.#prove(link, idMap);
      setPhase(idMap, "proved");
      const done = this.#prepared.jobs.map(({ plan }) => idMap.rows.progress(plan.tableId));
      const cells = cellTally(idMap, link.target);
      const isWhole = proof.differing === 0 && proof.laterCount === 0 && cells.left.length === 0;
      return {
        exitCode: isWhole ? EXIT.done : EXIT.incomplete,
        proof,
        inserted: done.reduce((sum, { inserted }) => sum + inserted, 0),
        updated: done.reduce((sum, { updated }) => sum + updated, 0) + cells.rows,
        cells,
        elapsedMs: clock.now() - begun,
      };
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #prove(link: AppLink, idMap: IdMap): Promise<Proof> {
    for (const tries = new Tries(PATIENCE.proof, patienceOf(this.#options));;) {
      try {
        return await proveRestore(this.#options, link, idMap);
      } catch (error) {
        await tries.failed(error, "reading back");
        await link.reopen();
      }
    }
  }

  /** Says what is in the app, and how to go on. */
  #explain(error: unknown): unknown {
    const thrown = error instanceof WriteFailure ? error.cause : error;
    // A connection that is closed because the run stops is not the server's fault.
    const cause = this.#options.signal.aborted ? stopped(this.#options.signal) : thrown;
    if (!(cause instanceof AnvilSqliteError)) return cause;
    const place = error instanceof WriteFailure && error.place !== "" ? `, while ${error.place}` : "";
    const { advice } = this.#map;
    const standing = standingText(this.#map.idMap);
    const hint = this.#map.idMap.groups.hasWritten()
      ? `${standing} ${advice}`
      : [standing, cause.hint].join(" ").trim();
    return new AnvilSqliteError(`${cause.message}${place}`, {
      code: cause.code,
      hint,
      cause,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#map.close();
    await (this.#link ?? this.#target).connection.close();
  }
}
