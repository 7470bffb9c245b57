/** A large file comes into a vault with a second thread: what is stored is the same, and damage is found whoever reads it. */
import assert from "node:assert/strict";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { fileAt } from "../../lib/source/file_snapshot.ts";
import { openEngine } from "../../lib/sqlite/open_engine.ts";
import { VaultAdder } from "../../lib/vault/add_snapshots.ts";
import { readVault } from "../../lib/vault/store/open_vault.ts";
import { listSnapshots } from "../../lib/vault/store/snapshots.ts";
import { bigApp } from "../fixtures/apps/big_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { assertGoodVault, snapshotsOf } from "../fixtures/vault/vault_fixture.ts";

const MAIN = import.meta.resolve("../../main.ts");
/** Two tasks and more. */
const ROWS = 51_000;

async function night(path: string, n: number): Promise<string> {
  const content = bigApp({ rows: ROWS, links: 10, media: 3 });
  const facts = (content.rows.get("facts") ?? []).flatMap((row, at) => {
    if (n > 0 && at === 7) return [];
    return [n > 0 && at % 20_000 === 5 ? { id: row.id, cells: row.cells.with(0, `night ${n}`) } : row];
  });
  const start = `2026-11-0${n + 1}T00:00:00.000Z`;
  await buildArchive(path, {
    ...content,
    rows: new Map([...content.rows, ["facts", facts]]),
    provenance: [["backup_start", start], ["complete", "yes"], ["snapshot_kind", "consistent"]],
  });
  return path;
}

async function add(vault: string, file: string, helperModule: string | undefined) {
  await using adder = new VaultAdder(vault, {
    force: false,
    now: () => new Date(0),
    helperModule,
    helpFrom: 0,
    onStep: () => {},
  });
  return (await adder.add({ open: () => Promise.resolve(fileAt(file)) })).snapshot;
}

/** All that a vault holds of rows. */
async function contents(path: string) {
  using vault = await readVault(path);
  const tables = ["_anvil_live_1", "_anvil_history_1", "_anvil_live_2"];
  return [
    listSnapshots(vault.engine),
    // As one text each, which is compared at once.
    ...tables.map((table) => vault.engine.query(`SELECT * FROM ${table} ORDER BY _anvil_row`).map(String).join("\n")),
  ];
}

Deno.test("a large file comes into a vault with a second thread as it does without", async (t) => {
  using dir = tempDir();
  const files = [await night(dir.file("0.sqlite"), 0), await night(dir.file("1.sqlite"), 1)];
  const [helped, alone] = [dir.file("helped.vault"), dir.file("alone.vault")];
  for (const file of files) {
    assert.deepEqual(await add(helped, file, MAIN), await add(alone, file, undefined));
  }
  assert.deepEqual(await contents(helped), await contents(alone));
  assert.deepEqual((await snapshotsOf(helped)).at(-1)?.changes, { facts: { added: 0, changed: 3, removed: 1 } });
  await assertGoodVault(helped);

  await t.step("a module that is no program is done without", async () => {
    const vault = dir.file("no-helper.vault");
    const nowhere = import.meta.resolve("./no_such_module.ts");
    for (const file of files) await add(vault, file, nowhere);
    assert.deepEqual(await contents(vault), await contents(alone));
  });

  const file = await night(dir.file("2.sqlite"), 2);
  const change = async (rowid: number) => {
    const engine = await openEngine(file, { mode: "write" });
    engine.exec(`UPDATE facts SET number = -number - 1 WHERE rowid = ${rowid}`);
    engine.close();
  };
  for (const module of [MAIN, undefined]) {
    await t.step(`a changed cell is found ${module ? "by two threads" : "by one"}, and nothing comes in`, async () => {
      for (
        const [rowid, vault] of [[1_000 + 3 * 500, helped], [1_000 + 3 * (ROWS - 1), dir.file("fresh.vault")]] as const
      ) {
        await change(rowid);
        await assert.rejects(add(vault, file, module), { code: "damaged", message: /table 'facts'/ });
        await change(rowid);
      }
      assert.deepEqual(await contents(helped), await contents(alone));
      assert.ok(!dir.names().some((name) => name.startsWith("fresh.vault")));
    });
  }
});
