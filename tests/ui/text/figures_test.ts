import assert from "node:assert/strict";
import { byteSize } from "../../../lib/ui/text/byte_size.ts";
import { count, countOf } from "../../../lib/ui/text/count.ts";
import { clockTime, duration } from "../../../lib/ui/text/duration.ts";

Deno.test("byteSize() tells sizes in powers of 1,000", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9949, "9.9 kB"],
    [9950, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [48_200_000, "48 MB"],
    [1.5e9, "1.5 GB"],
    [2e18, "2000 PB"],
  ];
  for (const [bytes, text] of sizes) assert.equal(byteSize(bytes), text);
});

Deno.test("duration() tells spans with two units at most", () => {
  const spans: [number, string][] = [
    [0, "0.0 s"],
    [420, "0.4 s"],
    [9949, "9.9 s"],
    [9950, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [125_000, "2 min 05 s"],
    [3_720_000, "1 h 02 min"],
  ];
  for (const [ms, text] of spans) assert.equal(duration(ms), text);
});

Deno.test("clockTime() shows a running clock", () => {
  assert.equal(clockTime(-1), "0:00");
  assert.equal(clockTime(13), "0:13");
  assert.equal(clockTime(725), "12:05");
  assert.equal(clockTime(3723), "1:02:03");
});

Deno.test("count() and countOf() write thousands with commas and the noun in its number", () => {
  assert.equal(count(1_234_567), "1,234,567");
  assert.equal(count(999), "999");
  assert.equal(countOf(1, "row"), "1 row");
  assert.equal(countOf(1200, "row"), "1,200 rows");
  assert.equal(countOf(0, "entry", "entries"), "0 entries");
});
