/** Files whose rows SQLite numbers by other numbers than their ids: they come into a vault by their ids. */
import assert from "node:assert/strict";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { openEngine } from "../../lib/sqlite/open_engine.ts";
import { readVault } from "../../lib/vault/store/open_vault.ts";
import { bigApp } from "../fixtures/apps/big_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { assertGoodVault, extractTo, snapshotsOf, takeInFile } from "../fixtures/vault/vault_fixture.ts";

async function night(path: string, n: number): Promise<string> {
  const content = bigApp({ rows: 50, links: 5, media: 0 });
  const rows = (content.rows.get("facts") ?? []).map((row, at) =>
    n === 1 && at === 20 ? { id: row.id, cells: row.cells.with(0, "changed") } : row
  );
  const start = `2026-11-0${n + 1}T00:00:00.000Z`;
  await buildArchive(path, {
    ...content,
    rows: new Map([["facts", rows], ["files", []]]),
    provenance: [["backup_start", start], ["complete", "yes"], ["snapshot_kind", "consistent"]],
  });
  return path;
}

async function rowsOf(path: string): Promise<readonly string[]> {
  using vault = await readVault(path);
  return ["live", "history"].map((which) =>
    vault.engine.query(`SELECT * FROM _anvil_${which}_1 ORDER BY _anvil_row`).map(String).join("\n")
  );
}

Deno.test("rows come in by their ids when they were numbered anew, by VACUUM or somebody else", async (t) => {
  using dir = tempDir();
  const first = await night(dir.file("0.sqlite"), 0);
  const plain = dir.file("plain.vault");
  for (const file of [first, await night(dir.file("1.sqlite"), 1)]) await takeInFile(plain, file);
  const wanted = await rowsOf(plain);
  const changes = [
    // As VACUUM does, which Deno lets only those run who may do everything.
    [
      "all of them, from 1",
      "UPDATE facts SET rowid = (SELECT count(*) FROM facts AS other WHERE other.rowid <= facts.rowid)",
    ],
    ["one in the middle", "UPDATE facts SET rowid = rowid + 1 WHERE rowid = 1030"],
    ["the one that changed", "UPDATE facts SET rowid = rowid + 1 WHERE rowid = 1060"],
  ] as const;
  for (const [at, [name, sql]] of changes.entries()) {
    await t.step(name, async () => {
      const file = await night(dir.file(`renumbered-${at}.sqlite`), 1);
      const engine = await openEngine(file, { mode: "write" });
      engine.exec(sql);
      engine.close();
      const vault = dir.file(`renumbered-${at}.vault`);
      for (const one of [first, file]) await takeInFile(vault, one);
      assert.deepEqual(await rowsOf(vault), wanted);
      await assertGoodVault(vault);
      const [, newest] = await snapshotsOf(vault);
      assert.ok(newest !== undefined);
      await extractTo(vault, newest, dir.file(`out-${at}.sqlite`));
    });
  }
});
