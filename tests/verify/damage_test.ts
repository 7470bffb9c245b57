/**
 * Damage of one byte, anywhere: the default `verify` never calls the file good, unless SQLite itself does not store
 * that byte's meaning. Which bytes those are is shown by SQLite alone: everything that can be read from the file is
 * the same as before, and its own integrity check is content.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const FLIPS = 200;
/** Flips of one bit each and of a whole byte, in turn; the places come from this seed, so that a failure comes again. */
const SEED = 20_261_124;

/** Numbers from 0 to below 1, always the same ones (the generator of Park and Miller). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed % 2_147_483_647;;) {
    state = state * 48_271 % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

/** Everything that SQLite tells of a file: header values, schema, every row of every table with its rowid and types. */
function contentOf(path: string): string | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const hash = createHash("sha256");
    const all = (sql: string) => {
      const statement = (database as DatabaseSync).prepare(sql);
      statement.setReadBigInts(true);
      return statement.all().map((row) => Object.values(row));
    };
    const take = (rows: unknown) =>
      hash.update(JSON.stringify(rows, (_, value) => typeof value === "bigint" ? `${value}n` : value));
    for (const pragma of ["application_id", "user_version", "encoding", "page_size", "auto_vacuum"]) {
      take(all(`PRAGMA ${pragma}`));
    }
    take(all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"));
    for (const [name, sql] of all("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
      const table = `"${String(name).replaceAll('"', '""')}"`;
      const columns = all(`SELECT name FROM pragma_table_info('${String(name).replaceAll("'", "''")}')`)
        .map(([column]) => `"${String(column).replaceAll('"', '""')}"`);
      // An app's column may be called rowid; another of the three names is free then.
      const rowid = columns.some((column) => column.toLowerCase() === '"rowid"') ? "_rowid_" : "rowid";
      const keys = /WITHOUT ROWID/.test(String(sql)) ? [] : [rowid];
      const cells = [...keys, ...columns.flatMap((column) => [`typeof(${column})`, `quote(${column})`])];
      take(all(`SELECT ${cells.join(", ")} FROM ${table}`));
    }
    if (String(all("PRAGMA integrity_check")[0]?.[0]) !== "ok") return null;
    return hash.digest("hex");
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

/** What a place in a SQLite file is, for the table that the test prints. Source: sqlite.org/fileformat.html. */
function placeOf(offset: number): string {
  return offset < 100 ? `header byte ${offset}` : "unused bytes of a page";
}

/** Apps to be damaged: one with every type, links, indexes, junctions and media, one with many rows and larger media. */
const APPS = { "of every type": oddApp, "of many rows": faultApp } as const;

/** Backs an app up. */
async function archive(path: string, content = oddApp()): Promise<Uint8Array> {
  await using app = await serveApp(content);
  const { path: made } = await app.backup();
  Deno.copyFileSync(made, path);
  return Deno.readFileSync(path);
}

for (const [what, content] of Object.entries(APPS)) {
  Deno.test(`verify calls none of ${FLIPS} files ${what} good in which one byte was changed, but where SQLite keeps no meaning`, () =>
    damage(what, content()));
}

async function damage(what: string, content: ArchiveContent): Promise<void> {
  using dir = tempDir();
  const bytes = await archive(dir.file("whole.sqlite"), content);
  assert.equal((await runHere(["verify", dir.file("whole.sqlite")])).code, 0);
  const whole = contentOf(dir.file("whole.sqlite"));
  assert.ok(whole);
  const random = numbers(SEED);
  const next = (below: number) => Math.floor(random.next().value * below);
  const found = { damaged: 0, notOurs: 0, meaningless: new Map<string, number>() };
  const wrong: string[] = [];
  for (let n = 0; n < FLIPS; n++) {
    const offset = next(bytes.length);
    const change = n % 2 === 0 ? 1 << next(8) : 1 + next(255);
    const path = dir.file(`flip-${n}.sqlite`);
    const flipped = bytes.slice();
    flipped[offset] = (flipped[offset] ?? 0) ^ change;
    Deno.writeFileSync(path, flipped);
    const { code, err } = await runHere(["verify", path]);
    assert.doesNotMatch(err, /This is a bug/, `byte ${offset} ^ ${change}`);
    if (code === 4) found.damaged++;
    else if (code === 20) found.notOurs++;
    else if (code === 0 && contentOf(path) === whole) {
      found.meaningless.set(placeOf(offset), (found.meaningless.get(placeOf(offset)) ?? 0) + 1);
    } else wrong.push(`byte ${offset} ^ ${change}: exit ${code}`);
    Deno.removeSync(path);
  }
  const free = [...found.meaningless].map(([place, count]) => `${count} in ${place}`).join(", ");
  console.log(
    `${what}: ${FLIPS} changed bytes of ${bytes.length}: ${found.damaged} called damaged, ${found.notOurs} no archive any more, ` +
      `${wrong.length} wrongly called good; ${free || "none"} without any meaning to SQLite`,
  );
  assert.deepEqual(wrong, []);
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
