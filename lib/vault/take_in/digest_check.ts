/**
 * Checks whether the rows of a file fit its digests, while they are compared with the vault: in a second thread if
 * there is one, otherwise in this one when it has nothing else to do. It only reads the file.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { tableDigest } from "../../archive/digest/table_digest.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { PageFile } from "../../sqlite/records/page_file.ts";
import { CheckHelper } from "../../verify/parallel/check_helper.ts";
import { type CheckResult, type CheckTask, rowTasks, runCheck } from "../../verify/parallel/check_task.ts";
import { SharedChecks } from "../../verify/parallel/run_checks.ts";
import { damagedTable } from "./damaged_table.ts";

/** Tables of a file that are being digested. */
export class DigestCheck implements Disposable {
  readonly #archive: OpenArchive;
  readonly #tables: ReadonlyMap<CatalogueTable, readonly CheckTask[]>;
  readonly #helper: CheckHelper | null;
  readonly #checks: SharedChecks;

  /**
   * @param pages of the file, or null
   * @param helperModule URL of a module whose thread may help; null for none
   */
  constructor(
    archive: OpenArchive,
    pages: PageFile | null,
    tables: readonly CatalogueTable[],
    helperModule: string | null,
  ) {
    const { engine } = archive;
    this.#archive = archive;
    this.#tables = new Map(
      tables.map((table) => [table, rowTasks(engine, table, table.rowsCopied ?? 0, "digest")]),
    );
    this.#helper = helperModule === null ? null : new CheckHelper(helperModule, engine.path);
    this.#checks = new SharedChecks([...this.#tables.values()].flat(), (task) => this.#run(task, pages), this.#helper);
  }

  /** This program never writes rows that do not ascend. */
  #run(task: CheckTask, pages: PageFile | null): CheckResult {
    const { engine, catalogue } = this.#archive;
    try {
      return runCheck(engine, catalogue, task, pages);
    } catch (cause) {
      const table = [...this.#tables.keys()].find(({ plan }) =>
        task.kind === "digest" && plan.tableId === task.tableId
      );
      throw cause instanceof RangeError && table !== undefined
        ? damagedTable(engine.path, table.plan.table.name, cause)
        : cause;
    }
  }

  /**
   * Digests the remaining tables.
   * @throws {AnvilSqliteError} `damaged` (exit 4) when the rows of a table do not fit its digest
   */
  async finish(): Promise<void> {
    const results = await this.#checks.finish();
    const digestOf = (table: CatalogueTable, results: readonly (CheckResult | undefined)[]) =>
      tableDigest(table.plan, results.flatMap((result) => result?.kind === "digest" ? result.blocks : []));
    for (const [table, tasks] of this.#tables) {
      const { plan, digest } = table;
      if (digestOf(table, tasks.map((task) => results.get(task))) === digest) continue;
      // A digest made from bytes proves nothing if it differs: it is made again from the cells.
      const again = this.#run({ kind: "digest", tableId: plan.tableId, bounds: null }, null);
      if (digestOf(table, [again]) !== digest) throw damagedTable(this.#archive.engine.path, plan.table.name);
    }
  }

  [Symbol.dispose](): void {
    this.#helper?.[Symbol.dispose]();
  }
}
