/** Forgetting snapshots: the others stay as they are, what nobody needs goes, and a rewritten vault says the same. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { pruneVault } from "../../lib/vault/prune/prune_vault.ts";
import { readVault } from "../../lib/vault/store/open_vault.ts";
import { listSnapshots } from "../../lib/vault/store/snapshots.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { BuiltNights } from "../fixtures/vault/built_nights.ts";
import { assertGoodVault, assertSame, extractTo, snapshotsOf } from "../fixtures/vault/vault_fixture.ts";

const onStep = () => {};

Deno.test("forgotten nights leave no row, no picture and no page, and the changes between the kept ones are counted", async () => {
  using dir = tempDir();
  const nights = new BuiltNights(dir, 300);
  const vault = dir.file("app.vault");
  await nights.into(vault, [1, 2, 3, 4, 5]);
  const { bytesBefore, bytesAfter } = await pruneVault(vault, [2, 3, 4], { compact: false, onStep });
  assert.ok(bytesAfter <= bytesBefore);
  const [first, last] = await snapshotsOf(vault);
  assert.deepEqual([first?.number, last?.number, last?.previous], [1, 5, 1]);
  // Of the books that come and go on each night, those that were there for a while only are not counted.
  assert.deepEqual(last?.changes, {
    books: { added: 4, changed: 4, removed: 4 },
    pictures: { added: 0, changed: 1, removed: 0 },
  });
  await assertGoodVault(vault);
  using open = await readVault(vault);
  const count = (sql: string) => Number(open.engine.query(sql)[0]?.[0]);
  assert.equal(count("SELECT count(*) FROM _anvil_blobs"), 21);
  assert.equal(count("PRAGMA freelist_count"), 0);
});

Deno.test("a rewritten vault has the same snapshots, and is no larger", async () => {
  using dir = tempDir();
  const nights = new BuiltNights(dir, 300);
  const vault = dir.file("app.vault");
  await nights.into(vault, [1, 2, 3]);
  const before = await snapshotsOf(vault);
  const { bytesBefore, bytesAfter } = await pruneVault(vault, [], { compact: true, onStep });
  assert.ok(bytesAfter <= bytesBefore);
  assert.deepEqual(await snapshotsOf(vault), before);
  await assertGoodVault(vault);
  assert.equal((Deno.statSync(vault).mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(dir.names().filter((name) => name.startsWith("app.")), ["app.vault"]);
  for (const [at, snapshot] of before.entries()) {
    await extractTo(vault, snapshot, dir.file(`out-${at}.sqlite`));
    await assertSame(dir.file(`night-${at + 1}.sqlite`), dir.file(`out-${at}.sqlite`));
  }
  await nights.into(vault, [4]);
  await assertGoodVault(vault);
});

Deno.test("the newest snapshot cannot be forgotten, and a damaged vault is not made to look whole", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  await new BuiltNights(dir, 30).into(vault, [1, 2, 3]);
  await assert.rejects(pruneVault(vault, [3], { compact: false, onStep }), /newest snapshot/);
  {
    using open = await readVault(vault);
    assert.equal(listSnapshots(open.engine).length, 3);
  }
  const database = new DatabaseSync(vault);
  database.exec("UPDATE _anvil_provenance SET value = 'x' WHERE key = 'url'");
  database.close();
  await assert.rejects(pruneVault(vault, [1], { compact: false, onStep }), /is damaged: what is known of snapshot #2/);
  assert.equal((await snapshotsOf(vault)).length, 3);
});
