/** Days and clocks by arithmetic, held against JavaScript's own. */
import assert from "node:assert/strict";
import { dayOf, instantText } from "../../lib/value/day.ts";
import { instantOf } from "../../lib/value/instant.ts";
import { fc } from "../deps.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const DAY_MS = 86_400_000;
const pad = (number: number, width: number) => String(number).padStart(width, "0");
const LEAST_MS = Date.parse("0000-01-01T00:00:00Z");
const MOST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** What looks like a day, about a third of them no days. */
const anyDayText = fc.tuple(fc.nat(9999), fc.nat(13), fc.nat(32)).map(([year, month, day]) =>
  `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
);

Deno.test("dayOf() counts every day as JavaScript does, and knows the days that JavaScript makes others of", () => {
  fc.assert(
    fc.property(anyDayText, (text) => {
      const date = new Date(`${text}T00:00:00Z`);
      const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
      assert.equal(dayOf(text), isDay ? date.getTime() / DAY_MS : null);
    }),
    { numRuns: timesAsked(500) },
  );
  for (const text of ["2023-02-29", "1900-02-29", "2024-04-31", "2024-2-29", "2024-02-29T", "+024-02-29", ""]) {
    assert.equal(dayOf(text), null, text);
  }
  assert.deepEqual(["2000-02-29", "0000-02-29", "1970-01-01"].map(dayOf), [11_016, -719_469, 0]);
});

Deno.test("instantText() is the ISO text of any instant of four-digit years", () => {
  fc.assert(
    fc.property(fc.integer({ min: LEAST_MS, max: MOST_MS }), (ms) => {
      assert.equal(instantText(ms), new Date(ms).toISOString().slice(0, 23).replace("T", " "));
    }),
    { numRuns: timesAsked(500) },
  );
});

Deno.test("instantOf() reads whatever looks like a datetime as JavaScript does", () => {
  const clock = fc.tuple(fc.nat(24), fc.nat(61), fc.nat(61), fc.nat(999_999));
  const offset = fc.tuple(fc.constantFrom("+", "-"), fc.nat(25), fc.nat(61));
  fc.assert(
    fc.property(anyDayText, clock, offset, (day, [hour, minute, second, micro], [sign, offsetHour, offsetMinute]) => {
      const fraction = pad(micro, 6);
      const time = `${day}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.`;
      const zone = `${sign}${pad(offsetHour, 2)}:${pad(offsetMinute, 2)}`;
      const ms = Date.parse(`${time}${fraction.slice(0, 3)}${zone}`);
      assert.deepEqual(
        instantOf(`${time}${fraction}${zone}`),
        Number.isNaN(ms) ? null : { ms, micros: Number(fraction.slice(3)), offset: zone },
      );
    }),
    { numRuns: timesAsked(500) },
  );
});
