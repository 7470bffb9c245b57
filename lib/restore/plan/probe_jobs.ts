/**
 * Asks the app, before anything is written, whether the tables with work may be written, and how they are stored. It
 * does not touch other tables. It writes nothing.
 */
import { probeTable } from "../../tables/probe_table.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { patienceOf, type TargetOptions } from "../job/restore_options.ts";
import type { Storages, TableJob } from "../job/table_job.ts";
import type { Target } from "../job/target.ts";

/** Tables that are asked at the same time. */
const IN_FLIGHT = 16;

/** A table that is asked. */
export type ProbedTable = Pick<TableJob, "name" | "live" | "capability">;

/** What the app answers. */
interface ProbedTables {
  readonly storages: Storages;
  /** Names of tables that server code may not write to. */
  readonly refused: readonly string[];
}

/** Asks all tables that have work, several at once. */
export async function probeJobs(
  options: TargetOptions,
  { connection }: Target,
  jobs: readonly ProbedTable[],
): Promise<ProbedTables> {
  const storages: Storages = new Map();
  const refused: string[] = [];
  const probe = async ({ name, live, capability }: ProbedTable) => {
    const ask = () => probeTable(connection, capability);
    const answer = await patiently(`asking table '${name}'`, ask, patienceOf(options), PATIENCE.alone);
    if (answer === "not-writable") refused.push(name);
    else storages.set(live.id, answer);
  };
  for (let from = 0; from < jobs.length; from += IN_FLIGHT) {
    await Promise.all(jobs.slice(from, from + IN_FLIGHT).map(probe));
  }
  return { storages, refused: refused.sort() };
}
