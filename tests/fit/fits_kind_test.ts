/** Which values a column can hold in the app: the rule of restores, masks and exports. */
import assert from "node:assert/strict";
import { fitsKind } from "../../lib/fit/fits_kind.ts";
import { COLUMN_KINDS, type ColumnKind } from "../../lib/schema/model/column_kind.ts";
import type { Cell } from "../../lib/value/cell.ts";

/** Values of each kind: those that fit, and those that do not. */
const VALUES: Readonly<Record<ColumnKind, readonly [fitting: readonly Cell[], odd: readonly (Cell | Uint8Array)[]]>> = {
  string: [["", "01234", "日"], ["a\0b", "\ud800", 1n, new Uint8Array(1)]],
  number: [[1n, 1.5, "9223372036854775808", "-1"], [Infinity, NaN, "1.5", '"text"']],
  bool: [[0n, 1n], [2n, 1, "true"]],
  date: [["0001-01-01", "2024-02-29"], ["2023-02-29", "24-01-01", "2024-02-29T00:00:00", 1n]],
  datetime: [["2024-03-04T05:06:07.000008+01:30"], ["2024-02-30T05:06:07.000008+01:30", "2024-03-04", '"soon"']],
  simpleObject: [["{}", '"text"', "1.0", '"\\\\u0000"'], ["{", '"\\u0000"', '"\\ud800"', 1n]],
  unknown: [['{"a":1}'], ["a"]],
  media: [[1n], ["1", 1]],
  link_single: [["[1,2]"], ["[1, 2]", "2"]],
  link_multiple: [["[]", '["[1,2]","[1,2]"]'], ["[1,2]", '["x"]', "{}"]],
};

for (const kind of COLUMN_KINDS) {
  Deno.test(`fitsKind() knows what a ${kind} column can hold`, () => {
    const [fitting, odd] = VALUES[kind];
    assert.deepEqual([null, ...fitting].filter((value) => !fitsKind(kind, value)), []);
    assert.deepEqual(odd.filter((value) => fitsKind(kind, value)), []);
  });
}
