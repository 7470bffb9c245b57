/** Format 1: what earlier versions wrote is read, verified, served and restored as it is, and its rows have the digest they had. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { digestTable } from "../../lib/archive/digest/compute_digests.ts";
import { fileDigest } from "../../lib/archive/digest/table_digest.ts";
import { reopenPartial } from "../../lib/archive/partial/reopen_partial.ts";
import { FORMAT_ONE_DIGEST, putFormatOne } from "../fixtures/files/format_one.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { assertFails } from "../fixtures/running/assert_fails.ts";
import { runIn } from "../fixtures/running/program_here.ts";

Deno.test("a file of format 1 is read and its digest computed as at its time", async () => {
  using dir = tempDir();
  await putFormatOne(dir.file("old.sqlite"));
  using archive = await openArchive(dir.file("old.sqlite"));
  const { engine, catalogue: { tables, provenance } } = archive;
  assert.deepEqual(tables.map(({ plan }) => plan.sqlName), ["authors", "books", "price_history"]);
  const digests = tables.map(({ plan }) => ({ id: plan.tableId, digest: digestTable(engine, plan).digest }));
  assert.equal(provenance.get("digest"), FORMAT_ONE_DIGEST);
  assert.equal(fileDigest(digests), FORMAT_ONE_DIGEST);
});

Deno.test("a file of format 1 is verified, inspected and drilled", async () => {
  using dir = tempDir();
  await putFormatOne(dir.file("old.sqlite"));
  const verified = await runIn(dir, ["verify", "old.sqlite"]);
  assert.deepEqual([verified.code, verified.out.split("\n")[1]], [0, `Digest ${FORMAT_ONE_DIGEST}`]);
  const inspected = await runIn(dir, ["inspect", "old.sqlite"]);
  assert.match(inspected.out, /^price_history +1 /m);
  const drilled = await runIn(dir, ["drill", "-q", "old.sqlite"]);
  assert.equal(drilled.code, 0, drilled.err);
  assert.match(drilled.out, /3 tables, 5 rows.*: equal/);
});

Deno.test("a backup that a version with format 1 began is not continued, and that is said", async () => {
  using dir = tempDir();
  const path = dir.file("old.sqlite.partial");
  await putFormatOne(path);
  const { message } = await assertFails(reopenPartial(path, () => {}), "resume-mismatch", /Start a new backup/);
  assert.match(message, /older version of this program \(format 1\)/);
});
