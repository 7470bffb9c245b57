/** Large files are given to the disk while they are made: that changes nothing in them, and leaves nothing of what failed. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { PartialFile } from "../../lib/place/partial_file.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const MEGABYTE = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);

/** Writes more than is given to the disk at once, with time for it. */
async function fill(file: PartialFile, megabytes: number) {
  for (let i = 0; i < megabytes; i++) {
    file.write(MEGABYTE);
    await Promise.resolve();
  }
}

Deno.test("a file that is given to the disk in the middle has all its bytes, their sum, and its name in the end", async () => {
  using dir = tempDir();
  const file = PartialFile.create(dir.file("large"));
  await fill(file, 70);
  const { bytes, sha256 } = await file.finish();
  const found = Deno.readFileSync(dir.file("large"));
  assert.deepEqual([bytes, found.length, dir.names()], [70_000_000, 70_000_000, ["large"]]);
  assert.equal(createHash("sha256").update(found).digest("hex"), sha256);
});

Deno.test("what is discarded while the disk has it is gone", async () => {
  using dir = tempDir();
  const file = PartialFile.create(dir.file("large"));
  await fill(file, 33);
  file.discard();
  assert.deepEqual(dir.names(), []);
  file.discard();
});
