/**
 * The way to the app while a restore writes and proves: its connection and the tables as seen over it, opened again when
 * it is lost. Where the app no longer takes the rows after that, it says so.
 */
import { backoffMs } from "../../uplink/backoff.ts";
import { pause } from "../../clock.ts";
import type { TablePlan } from "../../ddl/archive_plan.ts";
import { AnvilSqliteError, EXIT } from "../../errors.ts";
import type { Connection } from "../../uplink/connection.ts";
import { findGaps } from "./check_fit.ts";
import type { RestoreOptions } from "./restore_options.ts";
import { type TableJob, tableJob } from "./table_job.ts";
import { isSameApp, openTarget, type Target } from "./target.ts";

/** Attempts to reach the app again before the run gives up. */
const RECONNECTS = 6;

/** What a link needs of a restore. */
type LinkOptions = Pick<
  RestoreOptions,
  "archive" | "mask" | "url" | "key" | "clock" | "limits" | "signal" | "progress"
>;

/** The app of a restore. */
export class AppLink implements AsyncDisposable {
  readonly #options: LinkOptions;
  readonly #plans: readonly TablePlan[];
  #target: Target;
  #jobs: readonly TableJob[];

  /**
   * @param plans the archive's tables that are restored
   * @throws {AnvilSqliteError} `schema-changed` (exit 5)
   */
  constructor(options: LinkOptions, plans: readonly TablePlan[], target: Target) {
    this.#options = options;
    this.#plans = plans;
    this.#target = target;
    this.#jobs = this.#jobsOf(target);
  }

  get connection(): Connection {
    return this.#target.connection;
  }

  get target(): Target {
    return this.#target;
  }

  get jobs(): readonly TableJob[] {
    return this.#jobs;
  }

  /** Replaces a connection that was lost, waiting longer each time. */
  async reopen(reason: string): Promise<void> {
    const { clock, signal, progress } = this.#options;
    await this.#target.connection.close();
    for (let attempt = 1;; attempt++) {
      const waitMs = backoffMs(attempt);
      progress.report({ type: "retry", what: "connection", attempt: attempt + 1, waitMs, message: reason });
      await pause(clock, waitMs, signal);
      try {
        const target = await openTarget(this.#options);
        this.#take(target);
        return;
      } catch (error) {
        const worthTrying = error instanceof AnvilSqliteError &&
          (error.exitCode === EXIT.unreachable || error.code === "maintenance");
        if (!worthTrying || attempt >= RECONNECTS) throw error;
      }
    }
  }

  #take(target: Target): void {
    const before = this.#target.identity;
    this.#target = target;
    if (!isSameApp(before, target.identity)) throw changed("another app answers now", EXIT.usage);
    this.#jobs = this.#jobsOf(target);
  }

  #jobsOf(target: Target): readonly TableJob[] {
    const { archive, mask } = this.#options;
    const [gap] = findGaps(this.#plans.map(({ table }) => table), target.schema, target.listed, mask);
    if (gap !== undefined) throw changed(gap.message, EXIT.drift);
    return this.#plans.map((plan) => tableJob(plan, archive.catalogue, target, mask));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#target.connection.close();
  }
}

function changed(what: string, exitCode: typeof EXIT.usage | typeof EXIT.drift): AnvilSqliteError {
  return new AnvilSqliteError(`The app has changed since the restore was planned: ${what}`, {
    code: "app-changed",
    hint: "Put it back as it was and go on, or take out what was restored.",
    exitCode,
  });
}
