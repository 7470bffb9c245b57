import assert from "node:assert/strict";
import { compareRowIds, parseRowId, rowIdText } from "../../lib/value/row_id.ts";
import { fc } from "../deps.ts";

const rowIds = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);

Deno.test("rowIdText() writes a row id as Anvil does", () => {
  assert.equal(rowIdText(12, "9223372036854775807"), "[12,9223372036854775807]");
});

Deno.test("parseRowId() gives the parts of any row id, without rounding", () => {
  fc.assert(fc.property(fc.nat(), rowIds, (table, row) => {
    assert.deepEqual(parseRowId(rowIdText(table, row)), { table, row });
  }));
});

Deno.test("parseRowId() gives null for text that is not exactly a row id", () => {
  const texts = [
    "",
    "[1]",
    "[1,2",
    "1,2",
    "[1, 2]",
    "[1,2] ",
    "[-1,2]",
    "[1,-2]",
    "[1,2.0]",
    "[01,2]",
    "[1,02]",
    "[1,2,3]",
  ];
  for (const text of [...texts, "[1,2]\n", '["1","2"]']) assert.equal(parseRowId(text), null, JSON.stringify(text));
});

Deno.test("compareRowIds() orders as numbers, beyond 2^53 too", () => {
  assert.ok(compareRowIds("9", "10") < 0);
  assert.ok(compareRowIds("9007199254740993", "9007199254740992") > 0);
  fc.assert(fc.property(rowIds, rowIds, (a, b) => {
    assert.equal(Math.sign(compareRowIds(a, b)), BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);
  }));
});
