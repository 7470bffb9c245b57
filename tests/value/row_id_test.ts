import assert from "node:assert/strict";
import { compareRowIds, parseRowId, rowIdText, rowNumber, rowNumberIn } from "../../lib/value/row_id.ts";
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

Deno.test("rowNumber() gives a number where that holds the id, and a bigint beyond", () => {
  assert.equal(rowNumber("999999999999999"), 999_999_999_999_999);
  assert.equal(rowNumber("9007199254740993"), 9_007_199_254_740_993n);
  fc.assert(fc.property(rowIds, (row) => assert.equal(String(rowNumber(row)), row)));
});

Deno.test("rowNumberIn() reads the id that stands in a text, and nothing that is not one", () => {
  fc.assert(fc.property(rowIds, fc.string(), fc.string(), (row, before, after) => {
    assert.equal(String(rowNumberIn(before + row + after, before.length, before.length + row.length)), row);
  }));
  for (const text of ["", "01", "-1", "1.0", "1e3", " 1", "1 ", "１", "99999999999999999x"]) {
    assert.equal(rowNumberIn(text, 0, text.length), null, JSON.stringify(text));
  }
  assert.equal(rowNumberIn("12", 1, 1), null);
  assert.equal(rowNumberIn("12", 0, 3), null);
});

Deno.test("compareRowIds() orders as numbers, beyond 2^53 too", () => {
  assert.ok(compareRowIds("9", "10") < 0);
  assert.ok(compareRowIds("9007199254740993", "9007199254740992") > 0);
  fc.assert(fc.property(rowIds, rowIds, (a, b) => {
    assert.equal(Math.sign(compareRowIds(a, b)), BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);
  }));
});
