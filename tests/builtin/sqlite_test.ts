/** The redirect to node:sqlite; what both engines must agree on stands in tests/archive/engine_test.ts. */
import assert from "node:assert/strict";
import { type BindValue, Database, type DatabaseOpenOptions } from "../../lib/builtin/sqlite.ts";

function memory(): Database {
  return new Database(":memory:");
}

function folder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("Database keeps integers of 64 bits and floats apart, both ways", () => {
  using database = memory();
  database.exec("CREATE TABLE t (a ANY) STRICT");
  const insert = database.prepare("INSERT INTO t VALUES (?)");
  const cells = [1n, 1, -(2n ** 63n), 2n ** 63n - 1n, 0.1, 1e308, -0.5, 5e-324, Infinity];
  for (const cell of cells) assert.equal(insert.run(cell), 1);
  const rows = database.prepare("SELECT a, typeof(a) FROM t ORDER BY rowid").values();
  assert.deepEqual(rows, cells.map((cell) => [cell, typeof cell === "bigint" ? "integer" : "real"]));
});

Deno.test("Database keeps text, bytes and null as they are", () => {
  using database = memory();
  const cells: BindValue[] = ["", "01234", "1e3", "日本\n'\"", new Uint8Array(), Uint8Array.of(0, 255), null];
  const [row] = database.prepare(`SELECT ${cells.map(() => "?").join(", ")}`).values(...cells);
  assert.deepEqual(row, cells);
});

Deno.test("Statement.values() gives rows as arrays, so odd, equal and hostile column names do no harm", () => {
  using database = memory();
  const statement = database.prepare(`SELECT 1 AS "a""b", 2 AS "x", 3 AS "x", 4 AS "__proto__", 5 AS "'); alert(1"`);
  assert.deepEqual(statement.values(), [[1n, 2n, 3n, 4n, 5n]]);
  assert.deepEqual(statement.columnNames(), ['a"b', "x", "x", "__proto__", "'); alert(1"]);
});

Deno.test("Statement.value() gives the first row or undefined", () => {
  using database = memory();
  assert.deepEqual(database.prepare("SELECT ? UNION ALL SELECT 2").value("first"), ["first"]);
  assert.equal(database.prepare("SELECT 1 WHERE 0").value(), undefined);
});

Deno.test("Statement.run() takes 32,766 parameters and gives the rows changed", () => {
  using database = memory();
  database.exec("CREATE TABLE t (a INTEGER)");
  const many = 32_766;
  const insert = database.prepare(`INSERT INTO t VALUES ${"(?),".repeat(many).slice(0, -1)}`);
  assert.equal(insert.run(...Array.from({ length: many }, (_, i) => BigInt(i))), many);
  assert.equal(database.changes, many);
  database.exec("UPDATE t SET a = 0 WHERE a < 10");
  assert.equal(database.changes, 10);
  assert.equal(database.totalChanges, many + 10);
  assert.equal(database.lastInsertRowId, many);
});

Deno.test("Statement.run() refuses what SQLite has no type for, and what would be cut", () => {
  using database = memory();
  const statement = database.prepare("SELECT ?");
  // Misuse that the types forbid, as untyped code would commit it.
  const misused = [true, undefined, [1n], { a: 1n }, 2n ** 63n, -(2n ** 63n) - 1n] as unknown as BindValue[];
  for (const value of misused) assert.throws(() => statement.run(value), String(value));
  assert.throws(() => statement.run(1n, 2n), /out of range/);
});

Deno.test("Statement.finalize() makes it unusable", () => {
  using database = memory();
  const statement = database.prepare("SELECT 1");
  statement.finalize();
  statement.finalize();
  assert.throws(() => statement.values(), /finalized/);
});

Deno.test("a statement of the same text is as a new one: parameters, columns and tables are those of now", () => {
  using database = new Database(":memory:");
  const values = (sql: string, ...params: readonly BindValue[]) => {
    using statement = database.prepare(sql);
    return statement.values(...params);
  };
  assert.deepEqual(values("SELECT ?1, ?2", 1n, 2n), [[1n, 2n]]);
  assert.deepEqual(values("SELECT ?1, ?2", 7n), [[7n, null]]);
  database.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  assert.deepEqual([values("SELECT * FROM t"), values("SELECT t.* FROM t"), values("SELECT a FROM t")], [
    [[1n]],
    [[1n]],
    [[1n]],
  ]);
  database.exec("ALTER TABLE t ADD COLUMN b DEFAULT 5");
  assert.deepEqual([values("SELECT * FROM t"), values("SELECT t.* FROM t"), values("SELECT a FROM t")], [
    [[1n, 5n]],
    [[1n, 5n]],
    [[1n]],
  ]);
  assert.deepEqual(values("DELETE FROM t RETURNING *"), [[1n, 5n]]);
  const failing = "INSERT INTO t VALUES (abs(-9223372036854775808), 1)";
  for (const _ of [1, 2]) assert.throws(() => values(failing), /integer overflow/);
  database.exec("DROP TABLE t");
  assert.throws(() => values("SELECT a FROM t"), /no such table/);
  // Two of one text at once are two.
  using one = database.prepare("SELECT ?1");
  using other = database.prepare("SELECT ?1");
  assert.deepEqual([one.values(1n), other.values(2n)], [[[1n]], [[2n]]]);
});

Deno.test("Database leaves foreign keys off, as @db/sqlite does", () => {
  using database = memory();
  assert.deepEqual(database.prepare("PRAGMA foreign_keys").value(), [0n]);
});

Deno.test("Database.inTransaction follows BEGIN, COMMIT and ROLLBACK", () => {
  using database = memory();
  database.exec("CREATE TABLE t (a)");
  assert.equal(database.inTransaction, false);
  database.exec("BEGIN; INSERT INTO t VALUES (1)");
  assert.equal(database.inTransaction, true);
  database.exec("ROLLBACK");
  assert.equal(database.inTransaction, false);
  assert.deepEqual(database.prepare("SELECT count(*) FROM t").value(), [0n]);
});

Deno.test("Database makes a missing file unless told not to", () => {
  using dir = folder();
  const path = `${dir.path}/new.sqlite`;
  for (const options of [{ create: false }, { readonly: true }, { create: false, readonly: true }]) {
    assert.throws(() => new Database(path, options));
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound, JSON.stringify(options));
  }
  new Database(path).close();
  assert.ok(Deno.statSync(path).isFile);
});

Deno.test("Database opened for reading refuses to write and leaves the file as it was", () => {
  using dir = folder();
  const path = `${dir.path}/read.sqlite`;
  using writer = new Database(path);
  writer.exec("CREATE TABLE t (a); INSERT INTO t VALUES (7)");
  writer.close();
  const before = Deno.readFileSync(path);
  const options: DatabaseOpenOptions = { readonly: true, create: false, int64: true, parseJson: false };
  using reader = new Database(path, options);
  assert.deepEqual(reader.prepare("SELECT a FROM t").values(), [[7n]]);
  assert.throws(() => reader.exec("INSERT INTO t VALUES (8)"), /readonly/);
  reader.close();
  assert.deepEqual(Deno.readFileSync(path), before);
});

Deno.test("Database refuses a file that is no database when it is first read", () => {
  using dir = folder();
  const path = `${dir.path}/text.sqlite`;
  Deno.writeTextFileSync(path, "not a database, but longer than a header of one hundred bytes ".repeat(4));
  using database = new Database(path, { create: false });
  assert.throws(() => database.prepare("SELECT * FROM sqlite_schema").values(), /not a database/);
});

Deno.test("Database.close() may be called twice, and what follows fails", () => {
  const database = memory();
  database.close();
  database.close();
  assert.equal(database.open, false);
  assert.throws(() => database.exec("SELECT 1"));
});

Deno.test("Database reports SQL that is wrong with SQLite's own words", () => {
  using database = memory();
  assert.throws(() => database.exec("CREATE TABEL t (a)"), /near "TABEL": syntax error/);
  assert.throws(() => database.prepare("SELECT * FROM nowhere"), /no such table: nowhere/);
});
