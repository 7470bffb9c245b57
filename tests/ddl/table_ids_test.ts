import assert from "node:assert/strict";
import { tableIds } from "../../lib/ddl/table_ids.ts";
import { warningList } from "../../lib/schema/model/warnings.ts";
import { table } from "../schema/builders.ts";

const idsOf = (...ids: (number | null)[]) => {
  const { warnings, warn } = warningList();
  return [tableIds(ids.map((id) => table("t", [], { id })), warn), warnings.map(({ message }) => message)];
};

Deno.test("tableIds() keeps Anvil's ids and counts from 1 where there are none", () => {
  assert.deepEqual(idsOf(501, 502), [[501, 502], []]);
  assert.deepEqual(idsOf(null, null), [[1, 2], []]);
});

Deno.test("tableIds() gives no id that a later table has of its own", () => {
  assert.deepEqual(idsOf(null, 1, null, 3, null), [[2, 1, 4, 3, 5], []]);
});

Deno.test("tableIds() gives the second of two tables with one id another, with a warning", () => {
  assert.deepEqual(idsOf(1, 1), [[1, 2], ['Table "t" has the id 1 of another table; it is given 2']]);
});
