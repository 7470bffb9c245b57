/** Rules of a mask: each must be known, and fit a column that is there; anything else would let values through. */
import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { readMask } from "../../lib/mask/read_mask.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

const { schema } = smallApp({
  people: {
    columns: {
      email: "string",
      age: "number",
      alive: "bool",
      born: "date",
      seen: "datetime",
      facts: "simpleObject",
      photo: "media",
      friend: "link_single people",
    },
    rows: [],
  },
});

const rule = (text: string, column: string) => readMask(`people: ${text}`, "rules.yaml", schema).rule("people", column);

Deno.test("readMask() gives each column its rule, and none to the others", () => {
  const mask = readMask("people: {email: fake-email, photo: null, friend: drop}", "rules.yaml", schema);
  assert.deepEqual(mask.rule("people", "email"), { action: "fake-email", constant: null });
  assert.deepEqual(mask.rule("people", "photo"), { action: "null", constant: null });
  assert.deepEqual(mask.rule("people", "friend"), { action: "drop", constant: null });
  assert.equal(mask.rule("people", "age"), null);
  assert.equal(mask.rule("pets", "email"), null);
});

Deno.test("readMask() takes a constant of the column's kind", () => {
  assert.equal(rule("{email: {constant: '-'}}", "email")?.constant, "-");
  assert.equal(rule("{age: {constant: 7}}", "age")?.constant, 7n);
  assert.equal(rule("{age: {constant: 7.5}}", "age")?.constant, 7.5);
  assert.equal(rule("{alive: {constant: true}}", "alive")?.constant, 1n);
  assert.equal(rule("{born: {constant: '2024-02-29'}}", "born")?.constant, "2024-02-29");
  assert.equal(rule("{facts: {constant: {b: 1, a: []}}}", "facts")?.constant, '{"a":[],"b":1}');
  assert.equal(rule("{email: {constant: null}}", "email")?.constant, null);
});

/** Rules that are refused, and what the message names. */
const REFUSED: readonly (readonly [rules: string, named: RegExp])[] = [
  ["pets: {email: drop}", /'pets'/],
  ["people: {e-mail: drop}", /'people'.*'e-mail'/],
  ["people: {email: encrypt}", /'email' of table 'people'.*\{constant: VALUE\}/],
  ["people: {email: {drop: 1}}", /'email' of table 'people'/],
  ["people: {email: constant}", /'email' of table 'people'/],
  ["people: {age: hash}", /'hash' does not fit column 'age' of table 'people', which is number/],
  ["people: {friend: {constant: '[1,1]'}}", /'constant' does not fit column 'friend'/],
  ["people: {age: {constant: many}}", /constant of column 'age'/],
  ["people: {alive: {constant: 1}}", /constant of column 'alive'/],
  ["people: {born: {constant: '2024-02-30'}}", /constant of column 'born'/],
  ["people: {seen: {constant: yesterday}}", /constant of column 'seen'/],
  ["people: [email]", /mapping/],
  ["", /empty/],
  ["people: {email: 'drop", /YAML/],
];

for (const [rules, named] of REFUSED) {
  Deno.test(`readMask() refuses ${JSON.stringify(rules)}: exit 2`, () => {
    assert.throws(() => readMask(rules, "rules.yaml", schema), (error) => {
      assert.ok(error instanceof AnvilSqliteError);
      assert.deepEqual([error.code, error.exitCode], ["bad-mask", 2]);
      assert.match(error.message, /'rules\.yaml'/);
      assert.match(error.message, named);
      return true;
    });
  });
}
