/** Digests made from the bytes of records are those that are made from cells, or none: no other bytes have a digest that counts. */
import assert from "node:assert/strict";
import { digestRows, digestTable } from "../../../lib/archive/digest/compute_digests.ts";
import { digestRecords } from "../../../lib/archive/digest/digest_records.ts";
import { BLOCK_IDS, tableDigest } from "../../../lib/archive/digest/table_digest.ts";
import { type ArchiveContent, buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { type OpenArchive, openArchive } from "../../../lib/archive/open_archive.ts";
import { openEngine } from "../../../lib/sqlite/open_engine.ts";
import { openPageFile } from "../../../lib/sqlite/records/page_file.ts";
import { fc } from "../../deps.ts";
import { anyApp } from "../../fixtures/apps/any_app.ts";
import { bigApp } from "../../fixtures/apps/big_app.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { timesAsked } from "../../fixtures/running/times_asked.ts";

/** Digests of all tables made from bytes; null for one that was not. */
function fromBytes({ engine, catalogue: { tables } }: OpenArchive): readonly (string | null)[] {
  using pages = openPageFile(engine.path);
  assert.ok(pages !== null);
  return tables.map(({ plan }) => {
    const blocks = digestRecords(engine, pages, plan, null);
    return blocks === null ? null : tableDigest(plan, blocks);
  });
}

async function built(path: string, content: ArchiveContent): Promise<OpenArchive> {
  await buildArchive(path, content);
  return await openArchive(path);
}

Deno.test("the digests of any app made from bytes are those in its file", () =>
  fc.assert(
    fc.asyncProperty(anyApp, async (content) => {
      using dir = tempDir();
      using archive = await built(dir.file("any.sqlite"), content);
      assert.deepEqual(fromBytes(archive), archive.catalogue.tables.map(({ digest }) => digest));
    }),
    { numRuns: timesAsked(15) },
  ));

Deno.test("the blocks of a part of a table are the same ones, wherever it begins", async () => {
  using dir = tempDir();
  using archive = await built(dir.file("big.sqlite"), bigApp({ rows: 4_500, links: 10, media: 20 }));
  const { engine, catalogue: { tables: [facts, files] } } = archive;
  assert.ok(facts !== undefined && files !== undefined);
  assert.deepEqual(fromBytes(archive), [facts.digest, files.digest]);
  using pages = openPageFile(engine.path);
  assert.ok(pages !== null);
  for (const [first, last] of [[0, 0], [0, 1], [1, 3], [4, 9], [9, 9]] as const) {
    const bounds = { from: String(first * BLOCK_IDS), until: String((last + 1) * BLOCK_IDS - 1) };
    assert.deepEqual(
      digestRecords(engine, pages, facts.plan, bounds),
      digestRows(engine, facts.plan, { media: true }, bounds),
    );
  }
});

Deno.test("a cell that was changed has another digest, and a row id that was changed none", async (t) => {
  using dir = tempDir();
  const path = dir.file("changed.sqlite");
  (await built(path, bigApp({ rows: 100, links: 10, media: 3 })))[Symbol.dispose]();
  const original = Deno.readFileSync(path);
  const changes = [
    ["a text", "text = 'fact 0 '"],
    ["an integer that becomes a float", "number = CAST(number AS REAL)"],
    ["0.0 and -0.0", "float = -0.0"],
    ["a bool", "flag = 1 - flag"],
    ["an object", "object = '{}'"],
    ["a link", "next = NULL"],
    ["a byte that is not UTF-8", "text = CAST(x'ff' AS TEXT)"],
    ["a NUL and what is behind it", "text = text || char(0) || 'hidden'"],
    ["a BLOB", "number = x'01'"],
  ] as const;
  for (const [what, sql] of changes) {
    await t.step(what, async () => {
      Deno.writeFileSync(path, original);
      const engine = await openEngine(path, { mode: "write" });
      engine.exec(`UPDATE facts SET ${sql} WHERE rowid = 1000`);
      engine.close();
      using archive = await openArchive(path);
      const [digest] = fromBytes(archive);
      assert.notEqual(digest, archive.catalogue.tables[0]?.digest);
    });
  }
  await t.step("a row id", async () => {
    for (const id of ["[1,1001]", "[1,01000]", "[2,1000]", "[1,1000] ", "1000", "[1,]"]) {
      Deno.writeFileSync(path, original);
      const engine = await openEngine(path, { mode: "write" });
      engine.exec(`UPDATE facts SET _anvil_row_id = '${id}' WHERE rowid = 1000`);
      engine.close();
      using archive = await openArchive(path);
      assert.equal(fromBytes(archive)[0], null, id);
    }
  });
});

Deno.test("a table whose rows were numbered anew, as VACUUM does, is left to its cells", async () => {
  using dir = tempDir();
  const path = dir.file("renumbered.sqlite");
  (await built(path, bigApp({ rows: 100, links: 10, media: 0 })))[Symbol.dispose]();
  const engine = await openEngine(path, { mode: "write" });
  engine.exec("UPDATE facts SET rowid = (SELECT count(*) FROM facts AS other WHERE other.rowid <= facts.rowid)");
  engine.close();
  using archive = await openArchive(path);
  const [facts] = archive.catalogue.tables;
  assert.ok(facts !== undefined);
  assert.equal(fromBytes(archive)[0], null);
  assert.equal(digestTable(archive.engine, facts.plan).digest, facts.digest);
});
