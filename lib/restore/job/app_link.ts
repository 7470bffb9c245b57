/**
 * The connection to the app while a restore writes and proves, and the tables as they look over it. When it is lost, it
 * is opened again. If the app no longer takes the rows after that, it says so.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Connection } from "../../uplink/connection.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { findGaps } from "./check_fit.ts";
import { patienceOf, type RestoreOptions } from "./restore_options.ts";
import { type Storages, type TableJob, tableJob } from "./table_job.ts";
import { isSameApp, openTarget, type Target } from "./target.ts";

/** What a connection needs from a restore. */
type LinkOptions = Pick<
  RestoreOptions,
  "archive" | "mask" | "url" | "key" | "clock" | "limits" | "signal" | "progress"
>;

/** The app of a restore. */
export class AppLink implements AsyncDisposable {
  readonly #options: LinkOptions;
  readonly #plans: readonly TableLayout[];
  readonly #storages: Storages;
  #target: Target;
  #jobs: readonly TableJob[];

  /**
   * @param plans the archive's tables that are restored
   * @param storages how the app stores its tables, as far as it was asked
   * @throws {AnvilSqliteError} `schema-changed` (exit 5)
   */
  constructor(options: LinkOptions, plans: readonly TableLayout[], target: Target, storages: Storages) {
    this.#options = options;
    this.#plans = plans;
    this.#storages = storages;
    this.#target = target;
    this.#jobs = this.#jobsOf(target);
  }

  get connection(): Connection {
    return this.#target.connection;
  }

  get target(): Target {
    return this.#target;
  }

  /** How the app stores a table; classic if it was not asked. */
  storageOf(table: number): "classic" | "split" {
    return this.#storages.get(table) ?? "classic";
  }

  get jobs(): readonly TableJob[] {
    return this.#jobs;
  }

  /**
   * Replaces a connection that was lost.
   * @throws {AnvilSqliteError} as `openTarget`; `app-changed` (exit 5), `other-app` (exit 2)
   */
  async reopen(): Promise<void> {
    await this.#target.connection.close();
    const patience = patienceOf(this.#options);
    this.#take(await patiently("connection", () => openTarget(this.#options), patience, PATIENCE.reconnect));
  }

  #take(target: Target): void {
    const before = this.#target.identity;
    this.#target = target;
    if (!isSameApp(before, target.identity)) throw changed("other-app", "another app answers now");
    this.#jobs = this.#jobsOf(target);
  }

  #jobsOf(target: Target): readonly TableJob[] {
    const { archive, mask } = this.#options;
    const wanted = this.#plans.map(({ table }) => table);
    const [gap] = findGaps(wanted, archive.catalogue, target.schema, target.listed, mask);
    if (gap !== undefined) throw changed("app-changed", gap.message);
    return this.#plans.map((plan) => tableJob(plan, archive.catalogue, target, mask, this.#storages));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#target.connection.close();
  }
}

function changed(code: "other-app" | "app-changed", what: string): AnvilSqliteError {
  return new AnvilSqliteError(`The app has changed since the restore was planned: ${what}`, {
    code,
    hint: "Put it back as it was and go on, or take out what was restored.",
  });
}
