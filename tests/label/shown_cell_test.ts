import assert from "node:assert/strict";
import { shownCell } from "../../lib/label/shown_cell.ts";
import type { ColumnKind } from "../../lib/schema/model/column_kind.ts";
import type { Cell } from "../../lib/value/cell.ts";

const shown: readonly (readonly [kind: ColumnKind, cell: Cell, text: string])[] = [
  ["string", 'a "b"\n', '"a \\"b\\"\\n"'],
  ["string", "", '""'],
  ["string", null, "empty"],
  ["number", 1n, "1"],
  ["number", 1, "1.0"],
  ["number", "123456789012345678901234", "123456789012345678901234"],
  ["bool", 1n, "true"],
  ["bool", 0n, "false"],
  ["date", "2026-11-28", "2026-11-28"],
  ["datetime", "2026-11-28T02:07:00.000000+01:00", "2026-11-28 02:07:00+01:00"],
  ["datetime", "2026-11-28T02:07:00.000001+01:00", "2026-11-28 02:07:00.000001+01:00"],
  ["simpleObject", '{"a":1.0}', '{"a":1.0}'],
  ["media", 3n, "file 3"],
  ["link_single", "[1,2]", "→ row [1,2]"],
  ["link_multiple", '["[1,2]","[1,3]"]', "→ row [1,2], row [1,3]"],
  ["link_multiple", "[]", "no links"],
];

Deno.test("shownCell() shows a cell of every kind as a person reads it, numbers and times to the last digit", () => {
  const names = { row: (link: string) => `row ${link}`, medium: (id: bigint) => `file ${id}` };
  for (const [kind, cell, text] of shown) assert.equal(shownCell({ name: "x", kind }, cell, names), text);
});

Deno.test("shownCell() shows no secret, whatever its kind, but says that it is empty", () => {
  assert.equal(shownCell({ name: "password_hash", kind: "string" }, "$2b$12$"), "(hidden)");
  assert.equal(shownCell({ name: "mfa", kind: "simpleObject" }, "[]"), "(hidden)");
  assert.equal(shownCell({ name: "api_key", kind: "string" }, null), "empty");
});
