import assert from "node:assert/strict";
import { type ComparedCell, sameCell } from "../../lib/diff/same_cell.ts";
import type { ColumnKind } from "../../lib/schema/model/column_kind.ts";
import { fc } from "../deps.ts";
import { anyJson, anyNumber } from "../fixtures/apps/any_app.ts";
import { canonicalJson, stringifyExact } from "../../lib/json/exact_json.ts";

const medium = (sha256: string | null, name: string | null = "a", contentType: string | null = "b") => ({
  sha256,
  name,
  contentType,
});

const SAME: readonly (readonly [ColumnKind, ComparedCell, ComparedCell])[] = [
  ["string", null, null],
  ["simpleObject", '{"b":1,"a":"\\u0041"}', '{"a":"A","b":1}'],
  ["media", medium("00"), medium("00")],
  ["media", medium(null), medium("00")],
];

const DIFFERENT: readonly (readonly [ColumnKind, ComparedCell, ComparedCell])[] = [
  ["string", "", null],
  ["string", "a", "A"],
  ["number", 1, 1n],
  ["number", 0, -0],
  ["bool", 0n, null],
  ["simpleObject", '{"a":1}', '{"a":1.0}'],
  ["simpleObject", "[1,2]", "[2,1]"],
  ["media", medium("00"), medium("01")],
  ["media", medium("00"), medium("00", null)],
  ["media", medium("00"), medium("00", "a", "c")],
  ["media", medium("00"), null],
  ["link_multiple", '["[1,1]","[1,2]"]', '["[1,2]","[1,1]"]'],
];

Deno.test("sameCell() goes by value and kind", () => {
  for (const [kind, a, b] of SAME) assert.ok(sameCell(kind, a, b) && sameCell(kind, b, a), `${kind} ${a} ${b}`);
  for (const [kind, a, b] of DIFFERENT) assert.ok(!sameCell(kind, a, b) && !sameCell(kind, b, a), `${kind} ${a} ${b}`);
});

Deno.test("sameCell() of any number or object is true of itself, whatever its spelling", () => {
  fc.assert(fc.property(anyNumber, (cell) => sameCell("number", cell, cell)));
  fc.assert(fc.property(anyJson, (json) => sameCell("simpleObject", canonicalJson(json), stringifyExact(json))));
});
