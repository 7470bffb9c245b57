/**
 * Keeps so many nights of a table in a vault, one per cent of its rows changed a night, and prints what that took and what
 * reading it takes: `vault_year.ts FOLDER ROWS NIGHTS`. The vault and the newest night's file stay in the folder.
 */
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { fileAt } from "../../../lib/source/file_snapshot.ts";
import { VaultAdder } from "../../../lib/vault/add_snapshots.ts";
import { vaultHistory } from "../../../lib/vault/as_source/vault_history.ts";
import { vaultReader } from "../../../lib/vault/as_source/vault_reader.ts";
import { verifyVault } from "../../../lib/vault/check/verify_vault.ts";
import { readVault } from "../../../lib/vault/store/open_vault.ts";
import { ChangedNights } from "../changed_nights.ts";
import { TABLE_ID } from "../usual_rows.ts";

/** What a year costs. */
export interface VaultYear {
  /** One file, in MB. */
  readonly fileMB: number;
  readonly vaultMB: number;
  readonly firstRowsPerSecond: number;
  readonly unchangedMs: number;
  /** Median. */
  readonly nightMs: number;
  readonly historyMs: number;
  /** From the oldest, the middle and the newest night; the slowest. */
  readonly extractRowsPerSecond: number;
  readonly verifySeconds: number;
}

const [folder = ".", rowCount = "0", nightCount = "0"] = Deno.args;
const [rows, nights] = [Number(rowCount), Number(nightCount)];
const [file, vault] = [`${folder}/night.sqlite`, `${folder}/year.vault`];
const now = new Date();
const MAIN = import.meta.resolve("../../../main.ts");

const timed = async <T>(body: () => Promise<T>): Promise<readonly [ms: number, result: T]> => {
  const began = performance.now();
  const result = await body();
  return [performance.now() - began, result];
};

async function add(): Promise<number> {
  await using adder = new VaultAdder(vault, { force: false, now: () => now, onStep: () => {}, helperModule: MAIN });
  return (await timed(() => adder.add({ open: () => Promise.resolve(fileAt(file)) })))[0];
}

const books = new ChangedNights(rows);
const fileMB = await books.build(file, 0);
const first = await add();
await books.build(file, 1);
const unchangedMs = await add();
const nightMs: number[] = [];
for (let night = 2; night < nights; night++) {
  books.change(night);
  await books.build(file, night);
  nightMs.push(await add());
}
const snapshots = await vaultReader({ now, onStep: () => {} }).list(vault);
const query = {
  table: "books",
  rows: [`[${TABLE_ID},${books.rows[books.below(books.rows.length)]?.id}]`],
  where: null,
};
const [historyMs] = await timed(() => Array.fromAsync(vaultHistory(vault, query, snapshots)));
let slowest = 0;
for (const at of [0, snapshots.length >> 1, snapshots.length - 1]) {
  const [ms] = await timed(async () => {
    await using extracted = await snapshots[at]?.open();
    using _ = await openArchive(extracted?.path ?? "");
  });
  slowest = Math.max(slowest, ms);
}
const [verifyMs] = await timed(async () => {
  using open = await readVault(vault);
  for (const { message } of verifyVault(open, { onStep: () => {} })) throw new Error(message);
});
const year: VaultYear = {
  fileMB,
  vaultMB: Deno.statSync(vault).size / 1e6,
  firstRowsPerSecond: rows / first * 1_000,
  unchangedMs,
  nightMs: nightMs.sort((a, b) => a - b)[nightMs.length >> 1] ?? NaN,
  historyMs,
  extractRowsPerSecond: rows / slowest * 1_000,
  verifySeconds: verifyMs / 1_000,
};
console.log(JSON.stringify(year));
