/** Numbers on their way into SQLite and out of it, by the rules of both engines. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type Dialect, EXACT, MARKED } from "../../lib/sqlite/dialect.ts";
import type { SqlValue } from "../../lib/sqlite/sql_value.ts";

const NUMBERS: readonly SqlValue[] = [
  0n,
  1n,
  -5n,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  0,
  -0,
  1,
  -7,
  0.1,
  1e15,
  2 ** 53,
  2 ** 63,
  -(2 ** 64),
  1.7976931348623157e308,
  5e-324,
  "123456789012345678901234567890",
  null,
];

/** A number bound as the dialect says, stored where any class is kept, and its storage class. */
function stored(dialect: Dialect, value: SqlValue): { readonly type: unknown; readonly back: SqlValue } {
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE one (n ANY) STRICT");
  const params: SqlValue[] = [];
  dialect.bindNumber(params, value);
  assert.equal(params.length, dialect.parametersOfNumber);
  database.prepare(`INSERT INTO one VALUES (${dialect.numberParameter()})`).run(...params as (number | bigint)[]);
  const read = database.prepare(`SELECT typeof(n) AS type, ${dialect.numberColumn("n")} AS n FROM one`);
  read.setReadBigInts(true);
  const { type, n } = read.get() ?? {};
  return { type, back: dialect.readNumber(n as SqlValue) };
}

for (const [name, dialect] of [["node:sqlite", EXACT], ["@db/sqlite", MARKED]] as const) {
  Deno.test(`${name} keeps each number's value and kind: 1 and 1.0 stay apart, and so do 0.0 and -0.0`, () => {
    for (const value of NUMBERS) {
      const { type, back } = stored(dialect, value);
      const kind = { bigint: "integer", number: "real", string: "text", object: "null" }[typeof value as "bigint"];
      assert.deepEqual([type, Object.is(back, value)], [kind, true], `${String(value)}: ${String(back)}`);
    }
  });

  Deno.test(`${name} finds a number by a parameter that has its place`, () => {
    using database = new DatabaseSync(":memory:");
    const params: SqlValue[] = ["first"];
    dialect.bindNumber(params, 7n);
    const found = database.prepare(`SELECT ?1 || ${dialect.numberParameter(2)} AS text`).get(...params as string[]);
    assert.equal(found?.["text"], "first7");
  });
}

Deno.test("@db/sqlite reads every INTEGER of a plain column as a number, which is made a bigint again", () => {
  assert.equal(MARKED.readPlain(7), 7n);
  assert.equal(MARKED.readPlain("7"), "7");
  assert.equal(MARKED.readPlain(null), null);
  assert.equal(EXACT.readPlain(7n), 7n);
});
