/** A vault that was copied, with its journal, in the middle of a write, as a kill or a power cut leaves it. */
import assert from "node:assert/strict";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { BuiltNights } from "../fixtures/vault/built_nights.ts";
import { copyHalfWritten } from "../fixtures/vault/half_written.ts";
import { snapshotsOf } from "../fixtures/vault/vault_fixture.ts";

Deno.test("what was left in the middle of a write is rolled back by whoever reads it first, and nothing is lost", async () => {
  using dir = tempDir();
  const vault = dir.file("app.vault");
  await new BuiltNights(dir, 300, 1).into(vault, [1]);
  const half = dir.file("half.vault");
  copyHalfWritten(vault, half);
  const { code, out, err } = await runHere(["verify", "--all", half]);
  assert.equal(code, 0, err);
  assert.match(out, /^Good: 1 snapshot of /);
  assert.deepEqual(await snapshotsOf(half), await snapshotsOf(vault));
  assert.ok(!dir.names().includes("half.vault-journal"));
});
