import assert from "node:assert/strict";
import { isoFromWire, wireFromIso } from "../../lib/value/datetime.ts";
import { fc } from "../deps.ts";

const two = (max: number, min = 0) => fc.integer({ min, max }).map((n) => String(n).padStart(2, "0"));
const year = fc.integer({ min: 1, max: 9_999 }).map((n) => String(n).padStart(4, "0"));
const fraction = fc.nat(999_999).map((n) => String(n).padStart(6, "0"));
/** Datetimes as a server sends them. */
const wireDatetimes = fc.tuple(
  year,
  two(12, 1),
  two(28, 1),
  two(23),
  two(59),
  two(59),
  fraction,
  fc.constantFrom("+", "-"),
  two(14),
  two(59),
)
  .map(([y, mo, d, h, mi, s, f, sign, oh, om]) => `${y}-${mo}-${d} ${h}:${mi}:${s}.${f}${sign}${oh}${om}`);

Deno.test("isoFromWire() keeps wall-clock time, offset and all six digits", () => {
  assert.equal(isoFromWire("2024-03-04 05:06:07.000008+0130"), "2024-03-04T05:06:07.000008+01:30");
  assert.equal(isoFromWire("0001-01-01 00:00:00.000000-1200"), "0001-01-01T00:00:00.000000-12:00");
  assert.equal(isoFromWire("9999-12-31 23:59:59.999999+0000"), "9999-12-31T23:59:59.999999+00:00");
});

Deno.test("isoFromWire() takes the older spellings: T, Z, a colon in the offset, any number of digits", () => {
  assert.equal(isoFromWire("2024-03-04T05:06:07Z"), "2024-03-04T05:06:07.000000+00:00");
  assert.equal(isoFromWire("2024-03-04 05:06:07+01:30"), "2024-03-04T05:06:07.000000+01:30");
  assert.equal(isoFromWire("2024-03-04 05:06:07.5-0800"), "2024-03-04T05:06:07.500000-08:00");
  assert.equal(isoFromWire("12024-03-04 05:06:07.5-0800"), "12024-03-04T05:06:07.500000-08:00");
});

Deno.test("isoFromWire() is not misled by a text as long as the usual form", () => {
  const text = "2024-03-04 05:06:07.12345+01:30";
  assert.equal(text.length, "2024-03-04 05:06:07.000008+0130".length);
  assert.equal(isoFromWire(text), "2024-03-04T05:06:07.123450+01:30");
});

Deno.test("isoFromWire() gives null for what is no datetime with an offset", () => {
  const texts = ["", "2024-03-04", "2024-03-04 05:06:07", "2024-03-04 05:06:07.000008", "2024-03-04 05:06+0000", "now"];
  for (const text of [...texts, "2024-03-04 05:06:07+1", "2024-03-04 05:06:07 +0000"]) {
    assert.equal(isoFromWire(text), null);
  }
});

Deno.test("wireFromIso() undoes isoFromWire(), for every datetime of a server", () => {
  fc.assert(fc.property(wireDatetimes, (wire) => {
    assert.equal(wireFromIso(isoFromWire(wire) ?? ""), wire);
  }));
  assert.equal(wireFromIso("12024-03-04T05:06:07.500000-08:00"), "12024-03-04 05:06:07.500000-0800");
});

Deno.test("wireFromIso() gives null for what is no datetime with an offset", () => {
  assert.equal(wireFromIso("2024-03-04T05:06:07"), null);
  assert.equal(wireFromIso("tomorrow"), null);
});
