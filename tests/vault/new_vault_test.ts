/** The first file of a vault, where the vault cannot be made: what has its name already stays as it is. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fileAt } from "../../lib/source/file_snapshot.ts";
import { VaultAdder } from "../../lib/vault/add_snapshots.ts";
import { assertFails } from "../fixtures/running/assert_fails.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { BuiltNights } from "../fixtures/vault/built_nights.ts";
import { snapshotsOf } from "../fixtures/vault/vault_fixture.ts";

Deno.test("a vault in a folder that is not there, or whose unfinished name is another's, is not made: exit 21", async () => {
  using dir = tempDir();
  const night = await new BuiltNights(dir, 5, 1).file(1);
  const add = (vault: string) => runHere(["vault", "add", "-q", vault, night]);
  const nowhere = await add(dir.file("none/app.vault"));
  assert.equal(nowhere.code, 21, nowhere.err);
  assert.match(nowhere.err, /^error: Cannot make the vault '.*none.app\.vault': \S/m);
  assert.match(nowhere.err, /^hint: Check that the folder is there, that you may write there, and free space\.$/m);
  const mine = new DatabaseSync(dir.file("app.vault.partial"));
  mine.exec("CREATE TABLE mine (x)");
  mine.close();
  const before = Deno.readFileSync(dir.file("app.vault.partial"));
  const taken = await add(dir.file("app.vault"));
  assert.equal(taken.code, 21, taken.err);
  assert.match(taken.err, /Cannot make the vault '.*app\.vault.*': a file of this name is there already/);
  assert.deepEqual(Deno.readFileSync(dir.file("app.vault.partial")), before);
  assert.deepEqual(dir.names(), ["app.vault.partial", "night-1.sqlite"]);
});

Deno.test("a vault that gets its name from another while it is made is not overwritten, and trying again goes on", async () => {
  using dir = tempDir();
  const nights = new BuiltNights(dir, 5, 1);
  const vault = dir.file("app.vault");
  await nights.into(dir.file("other.vault"), [1]);
  const second = await nights.file(2);
  {
    await using adder = new VaultAdder(vault, { force: false, now: () => new Date(0), onStep: () => {} });
    await adder.open();
    Deno.renameSync(dir.file("other.vault"), vault);
    const adding = adder.add({ open: () => Promise.resolve(fileAt(second)) });
    await assertFails(adding, "destination-exists", /Another run has made the vault meanwhile: try again\./);
  }
  assert.deepEqual((await snapshotsOf(vault)).map(({ number }) => number), [1]);
  const { code, err } = await runHere(["vault", "add", "-q", vault, second]);
  assert.equal(code, 0, err);
  assert.deepEqual((await snapshotsOf(vault)).map(({ number }) => number), [1, 2]);
});
