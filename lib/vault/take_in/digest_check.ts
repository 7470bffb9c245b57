/**
 * Whether the rows of a file are what its digests say, found out beside the comparison: by a second thread where there is one,
 * and by this one when it has nothing else to do. It only reads the file.
 */
import type { CatalogueTable } from "../../archive/catalogue/catalogue.ts";
import { tableDigest } from "../../archive/digest/table_digest.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { CheckHelper } from "../../verify/parallel/check_helper.ts";
import { type CheckTask, rowTasks, runCheck } from "../../verify/parallel/check_task.ts";
import { SharedChecks } from "../../verify/parallel/run_checks.ts";
import { damagedTable } from "./damaged_table.ts";

/** Rows from which a second thread is worth its start. */
const WORTH_HELP = 50_000;

/** Whether tables have so many rows that a second thread is worth its start. */
export function isWorthHelp(tables: readonly { readonly table: CatalogueTable }[]): boolean {
  return tables.reduce((sum, { table }) => sum + (table.rowsCopied ?? 0), 0) >= WORTH_HELP;
}

/** Tables of a file being digested. */
export class DigestCheck implements Disposable {
  readonly #archive: OpenArchive;
  readonly #tables: ReadonlyMap<CatalogueTable, readonly CheckTask[]>;
  readonly #helper: CheckHelper | null;
  readonly #checks: SharedChecks;

  /** @param helperModule URL of a module whose thread may help; null for none */
  constructor(archive: OpenArchive, tables: readonly CatalogueTable[], helperModule: string | null) {
    const { engine, catalogue } = archive;
    this.#archive = archive;
    this.#tables = new Map(
      tables.map((table) => [table, rowTasks(engine, table, table.rowsCopied ?? 0, "digest")]),
    );
    this.#helper = helperModule === null ? null : new CheckHelper(helperModule, engine.path);
    const here = (task: CheckTask) => {
      try {
        return runCheck(engine, catalogue, task);
      } catch (cause) {
        // Rows that do not ascend are not of this program's making.
        const table = cause instanceof RangeError &&
          tables.find(({ plan }) => task.kind === "digest" && plan.tableId === task.tableId);
        throw table ? damagedTable(engine.path, table.plan.table.name, cause) : cause;
      }
    };
    this.#checks = new SharedChecks([...this.#tables.values()].flat(), here, this.#helper);
  }

  /**
   * Digests what is left.
   * @throws {AnvilSqliteError} `damaged` (exit 4) when the rows of a table are not what its digest says
   */
  async finish(): Promise<void> {
    const results = await this.#checks.finish();
    for (const [{ plan, digest }, tasks] of this.#tables) {
      const blocks = tasks.flatMap((task) => {
        const result = results.get(task);
        return result?.kind === "digest" ? result.blocks : [];
      });
      if (tableDigest(plan, blocks) !== digest) throw damagedTable(this.#archive.engine.path, plan.table.name);
    }
  }

  [Symbol.dispose](): void {
    this.#helper?.[Symbol.dispose]();
  }
}
