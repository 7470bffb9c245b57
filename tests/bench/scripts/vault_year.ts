/**
 * Keeps so many nights of a table in a vault, one per cent of its rows changed a night, and prints what that took and what
 * reading it takes: `vault_year.ts FOLDER ROWS NIGHTS`. The vault and the newest night's file stay in the folder.
 */
import { buildArchive } from "../../../lib/archive/making/build_archive.ts";
import type { WritableRow } from "../../../lib/archive/rows/row_writer.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { fileAt } from "../../../lib/source/file_snapshot.ts";
import { VaultAdder } from "../../../lib/vault/add_snapshots.ts";
import { vaultHistory } from "../../../lib/vault/as_source/vault_history.ts";
import { vaultReader } from "../../../lib/vault/as_source/vault_reader.ts";
import { verifyVault } from "../../../lib/vault/check/verify_vault.ts";
import { readVault } from "../../../lib/vault/store/open_vault.ts";
import { TABLE_ID, usualRow, usualSchema } from "../usual_rows.ts";

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

let seed = 1;
const below = (limit: number) => {
  seed = seed * 48_271 % 2_147_483_647;
  return Math.floor(seed / 2_147_483_647 * limit);
};

const timed = async <T>(body: () => Promise<T>): Promise<readonly [ms: number, result: T]> => {
  const began = performance.now();
  const result = await body();
  return [performance.now() - began, result];
};

/** A night's rows: 1 % changed in two cells, 0.05 % new, 0.02 % gone. */
function change(all: WritableRow[], night: number): void {
  for (let k = 0; k < rows / 100; k++) {
    const at = below(all.length);
    const row = all[at];
    if (row !== undefined) {
      all[at] = { id: row.id, cells: row.cells.with(5, `changed on night ${night}, ${k}`).with(4, BigInt(night)) };
    }
  }
  for (let k = 0; k < rows / 5_000; k++) all.splice(below(all.length), 1);
  for (let k = 0; k < rows / 2_000; k++) all.push(usualRow(2 * rows + night * rows + k));
}

async function build(all: readonly WritableRow[], night: number): Promise<number> {
  await Deno.remove(file).catch(() => {});
  await buildArchive(file, {
    schema: usualSchema("books"),
    rows: new Map([["books", all]]),
    media: [],
    provenance: [
      ["app_id", "BENCH"],
      ["backup_start", new Date(Date.UTC(2026, 0, 1 + night)).toISOString()],
      ["complete", "yes"],
      ["snapshot_kind", "consistent"],
    ],
  });
  return Deno.statSync(file).size / 1e6;
}

async function add(): Promise<number> {
  await using adder = new VaultAdder(vault, { force: false, now: () => now, onStep: () => {}, helperModule: MAIN });
  return (await timed(() => adder.add({ open: () => Promise.resolve(fileAt(file)) })))[0];
}

const all = Array.from({ length: rows }, (_, row) => usualRow(row));
const fileMB = await build(all, 0);
const first = await add();
await build(all, 1);
const unchangedMs = await add();
const nightMs: number[] = [];
for (let night = 2; night < nights; night++) {
  change(all, night);
  await build(all, night);
  nightMs.push(await add());
}
const snapshots = await vaultReader({ now, onStep: () => {} }).list(vault);
const query = { table: "books", rows: [`[${TABLE_ID},${all[below(all.length)]?.id}]`], where: null };
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
