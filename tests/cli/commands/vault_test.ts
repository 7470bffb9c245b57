/** `vault add` and `extract` as a user runs them. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere } from "../../fixtures/running/program_here.ts";
import { nightStart, shopNight } from "../../fixtures/vault/few_nights.ts";
import { type Night, nightFile } from "../../fixtures/vault/night.ts";
import { assertSame } from "../../fixtures/vault/vault_fixture.ts";

/** Files of some nights in a folder `backups`. */
async function nights(dir: TempDir, ...numbers: readonly number[]): Promise<string> {
  const folder = dir.file("backups");
  Deno.mkdirSync(folder, { recursive: true });
  // Names that do not sort by time: the order is that of the nights.
  for (const n of numbers) await nightFile(`${folder}/${9 - n}.sqlite`, shopNight(n));
  return folder;
}

const add = (dir: TempDir, file: string, ...more: readonly string[]) =>
  runHere(["vault", "add", "--quiet", dir.file("app.vault"), file, ...more]);

Deno.test("vault add takes a folder in, the oldest first, and says what changed; what is in already is passed over", async () => {
  using dir = tempDir();
  const folder = await nights(dir, 1, 2, 3);
  const vault = dir.file("app.vault");
  const { code, out, err } = await runHere(["vault", "add", vault, folder]);
  assert.equal(code, 0, err);
  assert.match(out, /^#1 {2}2026-11-01T02:00:00\.000Z {2}.*8\.sqlite {2}the first\n#2 /);
  assert.match(out, /^#3 .*books: 1 new, \d+ changed, 1 gone; pictures: 1 changed$/m);
  const again = await runHere(["vault", "add", vault, folder, "--json"]);
  const lines = again.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ number, already }) => [number, already]), [[1, true], [2, true], [3, true]]);
  assert.equal((Deno.statSync(vault).mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(dir.names(), ["app.vault", "backups"]);
});

Deno.test("extract gives each night back by number or moment, and overwrites nothing", async () => {
  using dir = tempDir();
  const folder = await nights(dir, 1, 2, 3);
  await add(dir, folder);
  for (const [when, n] of [["", 3], ["@#1", 1], ["@2026-11-02T12:00Z", 2], ["@-1", 2]] as const) {
    const file = dir.file(`out${n}${when === "" ? "" : "x"}${when.length}.sqlite`);
    const { code, out, err } = await runHere(["extract", `${dir.file("app.vault")}${when}`, "-o", file]);
    assert.equal(code, 0, err);
    assert.equal(out, `${file}\n`);
    await assertSame(`${folder}/${9 - n}.sqlite`, file);
    const { code: taken } = await runHere(["extract", dir.file("app.vault"), "-o", file]);
    assert.equal(taken, 21);
  }
  const json = await runHere(["extract", "--json", `${folder}/8.sqlite`, "-o", dir.file("copy.sqlite")]);
  assert.equal(JSON.parse(json.out).file, dir.file("copy.sqlite"));
  const none = await runHere(["extract", `${dir.file("app.vault")}@2025-01-01`, "-o", dir.file("x.sqlite")]);
  assert.equal(none.code, 2);
  assert.match(none.err, /oldest/);
});

Deno.test("verify, inspect and restore's plan read a vault as they read a file, and leave nothing beside it", async () => {
  using dir = tempDir();
  await add(dir, await nights(dir, 1, 2));
  const vault = dir.file("app.vault");
  const verified = await runHere(["verify", vault, `${vault}@#1`]);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /app\.vault@#2: Good/);
  const all = await runHere(["verify", "--all", vault]);
  assert.equal(all.code, 0, all.err);
  assert.match(all.out, /^Good: 2 snapshots of /);
  assert.match((await runHere(["inspect", `${vault}@#1`])).out, /^File +.*app\.vault@#1$/m);
  // The checks of the vault are written down beside it.
  assert.deepEqual(dir.names(), [".anvil-sqlite-checks.jsonl", "app.vault", "backups"]);
});

Deno.test("a damaged file is not taken in, the others are, and the exit code says so", async () => {
  using dir = tempDir();
  const folder = await nights(dir, 1, 2, 3);
  const database = new DatabaseSync(`${folder}/7.sqlite`);
  database.exec("UPDATE books SET title = 'Another' WHERE rowid = 5");
  database.close();
  const { code, out, err } = await runHere(["vault", "add", dir.file("app.vault"), folder]);
  assert.equal(code, 4);
  assert.match(err, /DAMAGED: table 'books' of '.*7\.sqlite' is not what was backed up/);
  assert.match(out, /^#2 {2}2026-11-03/m);
  assert.equal((await runHere(["verify", "--all", dir.file("app.vault")])).code, 0);
});

Deno.test("a change of the catalogue, a list of broken links that is not true, and lost bytes of a medium are seen too", async () => {
  for (
    const [sql, message] of [
      ["UPDATE _anvil_warnings SET message = 'x'; UPDATE _provenance SET value = 'x' WHERE key = 'url'", /catalogue/],
      ["DELETE FROM _anvil_blobs WHERE rowid = 1", /Medium \d+ .* is damaged/],
    ] as const
  ) {
    using dir = tempDir();
    const folder = await nights(dir, 1);
    const database = new DatabaseSync(`${folder}/8.sqlite`);
    database.exec(sql);
    database.close();
    const { code, err } = await add(dir, `${folder}/8.sqlite`);
    assert.equal(code, 4);
    assert.match(err, message);
    assert.deepEqual(dir.names(), ["backups"], "no empty vault is left");
  }
});

Deno.test("nothing is put into the past, and each app has its own vault", async () => {
  using dir = tempDir();
  const folder = await nights(dir, 1, 2);
  assert.equal((await add(dir, `${folder}/7.sqlite`)).code, 0);
  const older = await add(dir, `${folder}/8.sqlite`);
  assert.equal(older.code, 2);
  assert.match(older.err, /is of 2026-11-01T02:00:00\.000Z, and the vault's newest snapshot is of 2026-11-02/);
  const other: Night = { ...shopNight(3), provenance: [["app_id", "OTHER"]] };
  await nightFile(dir.file("other.sqlite"), other);
  const refused = await add(dir, dir.file("other.sqlite"));
  assert.equal(refused.code, 2);
  assert.match(refused.err, /of another app: OTHER; the vault has SHOP/);
  assert.equal((await add(dir, dir.file("other.sqlite"), "--force")).code, 0);
});

Deno.test("what is not a vault is not written to, and one that someone has changed is not trusted", async () => {
  using dir = tempDir();
  const folder = await nights(dir, 1, 2);
  const foreign = new DatabaseSync(dir.file("app.vault"));
  foreign.exec("CREATE TABLE mine (x)");
  foreign.close();
  const before = Deno.readFileSync(dir.file("app.vault"));
  const { code, err } = await add(dir, folder);
  assert.equal(code, 20);
  assert.match(err, /is not a vault/);
  assert.deepEqual(Deno.readFileSync(dir.file("app.vault")), before);
  Deno.removeSync(dir.file("app.vault"));
  await add(dir, `${folder}/8.sqlite`);
  for (
    const sql of [
      "CREATE TRIGGER t AFTER INSERT ON _anvil_live_1 BEGIN DELETE FROM _anvil_snapshots; END",
      "CREATE TABLE more (x)",
      "DROP TABLE _anvil_blobs",
      "ALTER TABLE _anvil_live_1 ADD COLUMN g INTEGER GENERATED ALWAYS AS (1) VIRTUAL",
    ]
  ) {
    const bad = dir.file("bad.vault");
    Deno.copyFileSync(dir.file("app.vault"), bad);
    const database = new DatabaseSync(bad);
    database.exec(sql);
    database.close();
    const run = await runHere(["vault", "add", bad, `${folder}/7.sqlite`]);
    assert.equal(run.code, 4, sql);
    assert.match(run.err, /The vault '.*bad\.vault' is damaged: '\w+' /);
    assert.equal((await runHere(["verify", bad])).code, 4);
  }
});

Deno.test("any SQLite tool shows the app as it is now, and each row as it ever was", async () => {
  using dir = tempDir();
  await add(dir, await nights(dir, 1, 2, 3));
  const database = new DatabaseSync(dir.file("app.vault"), { readOnly: true });
  const all = (sql: string) => database.prepare(sql).all().map((row) => Object.values(row));
  assert.equal(all("SELECT count(*) FROM books")[0]?.[0], 40);
  assert.deepEqual(all("SELECT _anvil_row_id, title, price FROM books WHERE title = 'Book 3'"), [[
    "[101,3]",
    "Book 3",
    3.5,
  ]]);
  assert.deepEqual(
    all(
      `SELECT price, _anvil_from, _anvil_until FROM books_history WHERE _anvil_row_id = '[101,3]' ORDER BY _anvil_from`,
    ),
    [[3, nightStart(1), nightStart(3)], [3.5, nightStart(3), null]],
  );
  assert.deepEqual(all(`SELECT _anvil_until FROM books_history WHERE _anvil_row_id = '[101,12]'`), [[nightStart(2)]]);
  assert.deepEqual(all(`SELECT target_row_id FROM books__like WHERE _anvil_row_id = '[101,3]'`), [["[101,4]"], [
    "[101,14]",
  ]]);
  assert.equal(all("SELECT length(bytes) FROM _anvil_media m JOIN pictures p ON p.file = m.id LIMIT 1")[0]?.[0], 500);
  database.close();
});

Deno.test("while another run writes to a vault, a second one says so and nothing is lost", async () => {
  using dir = tempDir();
  const folder = await nights(dir, 1, 2);
  await add(dir, `${folder}/8.sqlite`);
  const other = new DatabaseSync(dir.file("app.vault"));
  other.exec("BEGIN IMMEDIATE");
  const { code, err } = await add(dir, `${folder}/7.sqlite`);
  other.close();
  assert.equal(code, 21);
  assert.match(err, /Another run is using the file/);
  assert.equal((await add(dir, `${folder}/7.sqlite`)).code, 0);
});
