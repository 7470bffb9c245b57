/** `demo` as a user runs it: it needs no account, and leaves one file. */
import assert from "node:assert/strict";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { assertGood } from "../../fixtures/running/faulty_backup.ts";
import { runHere } from "../../fixtures/running/program_here.ts";

Deno.test("demo backs a sample app up into a folder, says what to try next, and gives the file's path last", async () => {
  using dir = tempDir();
  const { code, out, err } = await runHere(["demo", "-o", dir.path]);
  assert.equal(code, 0, err);
  assert.match(err, /^A sample bookshop answers at ws:\/\/127\.0\.0\.1:\d+\/_\/uplink, as an Anvil app would\.$/m);
  assert.match(out, /^ {2}anvil-sqlite verify ".*\.sqlite"$/m);
  const path = out.trimEnd().split("\n").at(-1) ?? "";
  assert.deepEqual(dir.names(), [path.slice(dir.file("_").length - 1)]);
  await assertGood(path);
});

Deno.test("demo into a folder whose name a file has ends with 21 before anything is served", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("mine"), "mine");
  const { code, err } = await runHere(["demo", "-o", dir.file("mine")]);
  assert.equal(code, 21);
  assert.doesNotMatch(err, /bookshop/);
});
