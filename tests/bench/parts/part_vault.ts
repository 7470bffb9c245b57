/**
 * The vault: a year of nights in one file, what a night costs, and what reading it costs. In its short form it is a month of
 * a smaller table.
 */
import type { BenchPlan } from "../plan.ts";
import { runProgram, runScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";
import type { DiffCost } from "../scripts/diff_nights.ts";
import type { VaultYear } from "../scripts/vault_year.ts";

/** Measures it. */
export async function measureVault({ long, runs, folder }: BenchPlan): Promise<readonly Measurement[]> {
  const [rows, nights, compared] = long ? [100_000, 365, 1_000_000] : [20_000, 30, 200_000];
  heading("A vault of nights, 1 % of the rows changed a night");
  return [
    await measure("vault", `${rows} rows, ${nights} nights`, runs, () => year(folder, rows, nights)),
    await measure("vault", `${rows * 10} rows, a first file and two nights`, runs, () => year(folder, rows * 10, 3)),
    await measure("vault", `diff of two files of ${compared} rows`, runs, () => diff(folder, compared)),
  ];
}

async function year(folder: string, rows: number, nights: number) {
  const own = await Deno.makeTempDir({ dir: folder });
  const cost = await runScript<VaultYear>("vault_year.ts", own, `${rows}`, `${nights}`);
  // Memory is that of the program: the script holds all rows of a night.
  const [vault, night] = [`${own}/year.vault`, `${own}/night.sqlite`];
  const peaks = [
    await runProgram("vault", "add", "-q", `${own}/fresh.vault`, night),
    await runProgram("extract", "-q", `${vault}@#1`, "-o", `${own}/out.sqlite`),
    await runProgram("verify", "--all", "-q", vault),
  ].map(({ peakMB }) => peakMB);
  await Deno.remove(own, { recursive: true });
  return {
    "MB of one file": cost.fileMB,
    "MB of the vault": cost.vaultMB,
    "times one file": cost.vaultMB / cost.fileMB,
    "rows/s of the first file": cost.firstRowsPerSecond,
    "ms of an unchanged night": cost.unchangedMs,
    "ms of a night": cost.nightMs,
    "ms of a row's history": cost.historyMs,
    "rows/s extracted": cost.extractRowsPerSecond,
    "s of verify --all": cost.verifySeconds,
    "MB peak": Math.max(...peaks),
  };
}

async function diff(folder: string, rows: number) {
  const own = await Deno.makeTempDir({ dir: folder });
  const cost = await runScript<DiffCost>("diff_nights.ts", own, `${rows}`);
  await Deno.remove(own, { recursive: true });
  return {
    "ms of two nights": cost.differentMs,
    "ms of two equal ones": cost.equalMs,
    "rows that differ": cost.found,
  };
}
