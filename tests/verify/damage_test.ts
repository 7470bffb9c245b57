/** Damage and tampering of every kind, and what `verify` says of it. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { damage, DAMAGED_APPS } from "../fixtures/files/byte_damage.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Bytes changed of each file; `tests/soak` changes 200. */
const FLIPS = timesAsked(10);

for (const [what, content] of Object.entries(DAMAGED_APPS)) {
  Deno.test(`verify calls none of ${FLIPS} files ${what} good in which one byte was changed, but where SQLite keeps no meaning`, async () =>
    damage(what, await backupOf(content()), FLIPS));
}

const ODD_APP = oddApp();

/** Puts a backup of every oddity at a path. */
async function archive(path: string): Promise<void> {
  Deno.writeFileSync(path, await backupOf(ODD_APP), { mode: 0o600 });
}

/** A statement that changes one thing each in data, links, media and catalogue, through SQLite, so that it is well-formed. */
const TAMPERINGS: readonly (readonly [what: string, sql: string, said: RegExp])[] = [
  ["a text", `UPDATE "select" SET "order" = 'c' WHERE rowid = 200`, /rows of table 'select' differ/],
  ["1 made 1.0", `UPDATE "select" SET "group" = 1.0 WHERE rowid = 200`, /rows of table 'select' differ/],
  ["a row taken out", `DELETE FROM Users`, /Table 'Users' holds 0 rows; the catalogue says 1/],
  ["a row put in", `INSERT INTO Users VALUES ('[7,301]', 'x')`, /Table 'Users' holds 2 rows/],
  ["a row id", `UPDATE Users SET _anvil_row_id = '[7,999]'`, /rows of table 'Users' differ/],
  ["a link", `UPDATE all_types SET one = '[6,200]' WHERE one = '[6,201]'`, /rows of table 'all_types' differ/],
  ["a link to nowhere", `UPDATE all_types SET one = '[6,777]' WHERE one = '[6,201]'`, /to \[6,777\] leads nowhere/],
  ["a junction row", `DELETE FROM all_types__many WHERE position = 2`, /1 links are missing there/],
  ["a medium's bytes", `UPDATE _anvil_blobs SET bytes = CAST('hellO' AS BLOB) WHERE length(bytes) = 5`, /are damaged/],
  ["a medium's first piece", "UPDATE _anvil_blobs SET n = 1 WHERE length(bytes) = 5", /are damaged/],
  [
    "a medium's piece that nobody would reach",
    "INSERT INTO _anvil_blobs SELECT sha256, 7, x'' FROM _anvil_blobs WHERE length(bytes) = 5",
    /are damaged/,
  ],
  ["a medium's bytes gone", `DELETE FROM _anvil_blobs WHERE length(bytes) = 5`, /has lost its bytes/],
  [
    "a medium without a use",
    `INSERT INTO _anvil_blobs VALUES ('00', 0, x'00')`,
    /Bytes with SHA-256 00 belong to no medium/,
  ],
  [
    "a medium's name",
    `UPDATE _anvil_media_objects SET name = 'b' WHERE name = 'same bytes.txt'`,
    /catalogue or the schema/,
  ],
  [
    "two media with equal content and name swapped",
    `UPDATE _anvil_media_objects SET name = 'n', content_type = 't' WHERE length = 5;
     UPDATE _provenance SET value = value WHERE key = 'seal';
     UPDATE all_types SET medium = 5 - medium WHERE medium IN (1, 4)`,
    /catalogue or the schema/,
  ],
  [
    "an object's spelling",
    `UPDATE all_types SET object = '[ ]' WHERE object = '[]'`,
    /is not spelled as it was written/,
  ],
  ["a warning", `INSERT INTO _anvil_warnings (code, message) VALUES ('x', 'y')`, /catalogue or the schema/],
  ["provenance", `UPDATE _provenance SET value = 'OTHERAPP' WHERE key = 'app_id'`, /catalogue or the schema/],
  ["a recorded dangling link", `DELETE FROM _anvil_dangling_links`, /leads nowhere/],
  [
    "a table's digest",
    `UPDATE _anvil_tables SET digest = 'ab' WHERE python_name = 'Users'`,
    /The file's digest does not fit/,
  ],
  ["the schema", `CREATE VIEW mine AS SELECT 1`, /catalogue or the schema/],
  ["an index", `DROP INDEX "_anvil_index_cycle__next"`, /catalogue or the schema/],
];

for (const [what, sql, said] of TAMPERINGS) {
  Deno.test(`verify says what was changed: ${what}`, async () => {
    using dir = tempDir();
    await archive(dir.file("a.sqlite"));
    const database = new DatabaseSync(dir.file("a.sqlite"), { enableForeignKeyConstraints: false });
    database.exec(sql);
    database.close();
    const { code, out } = await runHere(["verify", dir.file("a.sqlite")]);
    assert.equal(code, 4, out);
    assert.match(out, said);
    const { code: again, out: json } = await runHere(["verify", "--json", dir.file("a.sqlite")]);
    assert.equal(again, 4);
    const { good, findings } = JSON.parse(json);
    assert.equal(good, false);
    assert.ok(findings.length > 0);
  });
}

Deno.test("verify calls a file good after VACUUM, which moves every byte and changes nothing", async () => {
  using dir = tempDir();
  await archive(dir.file("a.sqlite"));
  // Deno lets VACUUM run only in a process that may do everything.
  const script = 'const { DatabaseSync } = await import("node:sqlite"); new DatabaseSync(Deno.args[0]).exec("VACUUM")';
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["eval", script, dir.file("a.sqlite")] })
    .output();
  assert.ok(success);
  const { code, out } = await runHere(["verify", dir.file("a.sqlite")]);
  assert.equal(code, 0, out);
});

Deno.test("verify --quick sees counts and links, and says that it computed no digest", async () => {
  using dir = tempDir();
  await archive(dir.file("a.sqlite"));
  const { code, out } = await runHere(["verify", "--quick", dir.file("a.sqlite")]);
  assert.equal(code, 0);
  assert.match(out, /^Good \(quick: no digests were computed\)\.\nDigest [0-9a-f]{64}\n$/);
  const database = new DatabaseSync(dir.file("a.sqlite"), { enableForeignKeyConstraints: false });
  database.exec("DELETE FROM Users");
  database.close();
  assert.equal((await runHere(["verify", "--quick", dir.file("a.sqlite")])).code, 4);
});
