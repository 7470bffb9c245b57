/** What storage makes of numbers and lists, one by one. */
import assert from "node:assert/strict";
import { isBeyondStorage, isSameDouble, storageChange } from "../../../lib/restore/job/storage_changes.ts";
import { numberCell } from "../../../lib/value/cell.ts";
import { fc } from "../../deps.ts";

Deno.test("split storage rounds what a double does not hold, and what it shows with other digits", () => {
  const change = (source: string) => storageChange("split", "number", numberCell(source));
  for (const source of ["0", "-5", "9007199254740992", "0.1", "1e-300", "-2.5", `1${"0".repeat(22)}`]) {
    assert.equal(change(source), null, source);
  }
  for (const source of ["9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808"]) {
    assert.equal(change(source), "rounded-number", source);
  }
  for (const source of ["1.0", "-3.0", "1e23", "0.0"]) assert.equal(change(source), "respelled-number", source);
  assert.equal(change("-0.0"), "unsigned-zero");
});

Deno.test("classic storage changes -0 alone", () => {
  assert.equal(storageChange("classic", "number", -0), "unsigned-zero");
  for (const cell of [1, 9_007_199_254_740_993n, `1${"0".repeat(400)}`, 0n, 0, null]) {
    assert.equal(storageChange("classic", "number", cell), null);
    assert.equal(isBeyondStorage("classic", "number", cell), false);
  }
  assert.equal(storageChange("classic", "link_multiple", null), null);
});

Deno.test("of other columns only a multi-link that is None changes, and only in split storage", () => {
  assert.equal(storageChange("split", "link_multiple", null), "none-as-empty-list");
  assert.equal(storageChange("split", "link_multiple", "[]"), null);
  for (const kind of ["string", "simpleObject", "link_single", "media", "datetime"] as const) {
    assert.equal(storageChange("split", kind, null), null, kind);
    assert.equal(storageChange("split", kind, "1.0"), null, kind);
    assert.equal(isBeyondStorage("split", kind, `1${"0".repeat(400)}`), false, kind);
  }
});

Deno.test("a number beyond all doubles is beyond split storage, and no other is", () => {
  assert.ok(isBeyondStorage("split", "number", `-1${"0".repeat(309)}`));
  assert.ok(!isBeyondStorage("split", "number", `1${"0".repeat(308)}`));
  assert.ok(!isBeyondStorage("split", "number", null));
});

Deno.test("no integer up to 2^53 changes, and any integer is one with its double", () => {
  const limit = 2n ** 53n;
  fc.assert(
    fc.property(fc.bigInt({ min: -limit, max: limit }), (integer) => {
      assert.equal(storageChange("split", "number", integer), null);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (integer) => {
      const rounded = BigInt(Number(integer));
      assert.ok(isSameDouble(numberCell(String(integer)), numberCell(String(rounded))));
      // No double is shown with more digits than 17, zeros at its end apart.
      if (String(integer).replace(/^-|0+$/g, "").length > 17) {
        assert.equal(storageChange("split", "number", numberCell(String(integer))), "rounded-number");
      }
    }),
  );
});
