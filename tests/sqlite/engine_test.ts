/** What an engine promises, whichever package is beneath it: `node:sqlite`, and `@db/sqlite` by its stand-in. */
import assert from "node:assert/strict";
import { Database } from "../../lib/builtin/sqlite.ts";
import type { Engine } from "../../lib/sqlite/engine.ts";
import { LoadedEngine } from "../../lib/sqlite/loaded_engine.ts";
import type { SqlValue } from "../../lib/sqlite/sql_value.ts";
import { fc } from "../deps.ts";
import { Database as LikeDbSqlite } from "../engines/like_db_sqlite.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const ENGINES = [["node:sqlite", Database], ["@db/sqlite", LikeDbSqlite]] as const;

function contract(name: string, body: (engine: Engine) => void): void {
  for (const [engineName, Loaded] of ENGINES) {
    Deno.test(`${engineName}: ${name}`, () => {
      const engine = new LoadedEngine(new Loaded(":memory:"), ":memory:");
      try {
        body(engine);
      } finally {
        engine.close();
      }
    });
  }
}

const COLUMNS = [{ name: '"n"', kind: "number" }, { name: '"p"', kind: "plain" }] as const;
const SELECTED = COLUMNS.map(({ name, kind }) => ({ sql: name, kind }));

function insert(engine: Engine, ...rows: readonly (readonly [SqlValue, SqlValue])[]): void {
  engine.exec('CREATE TABLE IF NOT EXISTS t ("n" ANY, "p" ANY) STRICT; DELETE FROM t');
  const statement = engine.insert("t", COLUMNS, rows.length);
  statement.run(rows.flat());
  statement.finalize();
}

function stored(engine: Engine): readonly (readonly SqlValue[])[] {
  const statement = engine.select(SELECTED, "FROM t ORDER BY rowid");
  const rows = statement.rows();
  statement.finalize();
  return rows;
}

/** `Object.is` tells -0 from 0, and a bigint from a number. */
function assertSame(found: readonly (readonly SqlValue[])[], wanted: readonly (readonly SqlValue[])[]): void {
  assert.equal(found.length, wanted.length);
  wanted.forEach((row, i) =>
    row.forEach((value, j) => assert.ok(Object.is(found[i]?.[j], value), `${typeof value} ${value}: ${found[i]?.[j]}`))
  );
}

/** Any double but NaN and the infinities, by its bits: every exponent is as likely as another. */
const anyDouble = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}).filter(Number.isFinite);
const anyInteger = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyNumber = fc.oneof(
  anyDouble,
  anyDouble.map(Math.trunc),
  anyInteger,
  anyInteger.map(Number),
  fc.constantFrom(0, -0, 0n, 1, 1n, 2 ** 53, 2n ** 53n, 2 ** 63, -(2 ** 63), 1e308, 5e-324, 2 ** 1000, 1.5 * 2 ** 1023),
);

contract("numbers of every bit pattern keep value and kind, inserted many at once", (engine) => {
  fc.assert(
    fc.property(fc.array(anyNumber, { minLength: 50, maxLength: 50 }), (numbers) => {
      const rows = numbers.map((number, i): [SqlValue, SqlValue] => [number, BigInt(i)]);
      insert(engine, ...rows);
      assertSame(stored(engine), rows);
      assert.deepEqual(
        engine.query("SELECT typeof(n) FROM t ORDER BY rowid").flat(),
        numbers.map((number) => typeof number === "bigint" ? "integer" : "real"),
      );
    }),
    { numRuns: timesAsked(15) },
  );
});

contract("numbers that are bound piece by piece keep value and kind", (engine) => {
  fc.assert(fc.property(anyNumber, fc.string(), (number, text) => {
    insert(engine, [null, null]);
    const bound = engine.bindings();
    const sql = `UPDATE t SET p = ${bound.add(text)}, n = ${bound.add(number, "number")} WHERE 1 = ${bound.add(1n)}`;
    assert.equal(engine.run(sql, bound.values), 1);
    assertSame(stored(engine), [[number, text.split("\0")[0] ?? ""]]);
  }));
});

contract("text in a number column stays text, whatever it begins with", (engine) => {
  const rows = ["i5", "t5", "5", "", "1e3"].map((text): [SqlValue, SqlValue] => [text, null]);
  insert(engine, ...rows);
  assertSame(stored(engine), rows);
});

contract("integers of plain columns are bigints, bytes and text are themselves", (engine) => {
  for (const value of [0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n), "5", "", null]) {
    insert(engine, [null, value]);
    assertSame(stored(engine), [[null, value]]);
    assertSame(engine.query("SELECT p FROM t"), [[value]]);
  }
  const bytes = new Uint8Array([0, 255, 5]);
  insert(engine, [null, bytes]);
  assert.deepEqual(engine.query("SELECT p FROM t"), [[bytes]]);
});

contract("one insertion may have as many rows as its parameters allow, and no more", (engine) => {
  engine.exec('CREATE TABLE t ("n" ANY, "p" ANY) STRICT');
  const most = engine.maxRowsOfInsert(COLUMNS);
  const statement = engine.insert("t", COLUMNS, most);
  statement.run(Array.from({ length: most * 2 }, (_, i) => i));
  assert.deepEqual(engine.query("SELECT count(*) FROM t"), [[BigInt(most)]]);
  assert.throws(() => engine.insert("t", COLUMNS, most + 1), /too many SQL variables/);
});

contract("a transaction that throws leaves nothing, and the error is the one thrown", (engine) => {
  insert(engine, [1n, 1n]);
  const reason = new Error("Half way");
  assert.throws(() =>
    engine.transaction(() => {
      engine.run("INSERT INTO t VALUES (2, 2)");
      throw reason;
    }), reason);
  assert.deepEqual(engine.query("SELECT count(*) FROM t"), [[1n]]);
  assert.equal(engine.transaction(() => engine.run("UPDATE t SET p = 3")), 1);
});

contract("misuse is an error: a missing table, a statement after its end, a file that is not one", (engine) => {
  assert.throws(() => engine.query("SELECT * FROM nowhere"), /no such table/);
  const statement = engine.prepare("SELECT 1");
  statement.finalize();
  assert.throws(() => statement.rows(), /finalized/);
  assert.throws(() => engine.exec("NOT SQL"), /syntax error/);
});
