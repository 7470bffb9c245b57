/** `@WHEN`: which moments and numbers it says, and that nothing else is taken for one. */
import assert from "node:assert/strict";
import { parseWhen } from "../../lib/source/when.ts";
import { fc } from "../deps.ts";
import { anyCharacter } from "../fixtures/texts/any_character.ts";

const NOW = new Date(2026, 10, 28, 8, 30);
const pad = (value: number, width = 2) => String(value).padStart(width, "0");

const aDay = fc.record({
  year: fc.integer({ min: 1990, max: 2100 }),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 28 }),
});
const aTime = fc.record({
  h: fc.integer({ min: 0, max: 23 }),
  m: fc.integer({ min: 0, max: 59 }),
  s: fc.integer({ min: 0, max: 59 }),
});

function momentOf(text: string): number {
  const when = parseWhen(text, NOW);
  assert.equal(when?.kind, "moment", text);
  return when?.kind === "moment" ? when.moment.getTime() : NaN;
}

Deno.test("a date is the last millisecond of that day, local time", () => {
  fc.assert(fc.property(aDay, ({ year, month, day }) => {
    const end = new Date(year, month - 1, day + 1).getTime() - 1;
    assert.equal(momentOf(`${year}-${pad(month)}-${pad(day)}`), end);
    assert.equal(momentOf(`${year}${pad(month)}${pad(day)}`), end);
  }));
});

Deno.test("a time without an offset is local, with one it is that very moment, however it is spelled", () => {
  fc.assert(fc.property(aDay, aTime, fc.integer({ min: -14 * 60, max: 14 * 60 }), (d, { h, m, s }, east) => {
    const date = `${d.year}-${pad(d.month)}-${pad(d.day)}`;
    const time = `${pad(h)}:${pad(m)}:${pad(s)}`;
    assert.equal(momentOf(`${date}T${time}`), new Date(d.year, d.month - 1, d.day, h, m, s).getTime());
    const utc = Date.UTC(d.year, d.month - 1, d.day, h, m, s);
    assert.equal(momentOf(`${date}T${time}Z`), utc);
    assert.equal(momentOf(`${date} ${time}z`), utc);
    assert.equal(momentOf(`${date}T${time}Z`.replace(/[-:]/g, "")), utc);
    const offset = `${east < 0 ? "-" : "+"}${pad(Math.trunc(Math.abs(east) / 60))}:${pad(Math.abs(east) % 60)}`;
    assert.equal(momentOf(`${date}T${time}${offset}`), utc - east * 60_000);
  }));
});

Deno.test("seconds may be left out, and may have a fraction", () => {
  assert.equal(momentOf("2026-11-01T02:00Z"), Date.UTC(2026, 10, 1, 2));
  assert.equal(momentOf("2026-11-01T02:00:59.5Z"), Date.UTC(2026, 10, 1, 2, 0, 59, 500));
});

Deno.test("today and yesterday are days' ends; latest, -N and #N count", () => {
  assert.equal(momentOf("today"), new Date(2026, 10, 29).getTime() - 1);
  assert.equal(momentOf("Yesterday"), new Date(2026, 10, 28).getTime() - 1);
  assert.deepEqual(parseWhen("latest", NOW), { kind: "back", steps: 0 });
  assert.deepEqual(parseWhen("-1", NOW), { kind: "back", steps: 1 });
  assert.deepEqual(parseWhen("#12", NOW), { kind: "number", number: 12 });
});

Deno.test("what is none of these is not a WHEN", () => {
  const wrong = ["", "now", "-0", "#0", "-1.5", "#-1", "2026", "2026-11", "2026-02-30", "2026-13-01", "2026-11-01T"];
  const wrongTimes = [
    "2026-11-01T24:00Z",
    "2026-11-01T02:60Z",
    "2026-11-01T02Z",
    "2026-11-01T02:00+15:00",
    "-9999999999",
  ];
  for (const text of [...wrong, ...wrongTimes, " today", "2026-11-01 ", "sqlite"]) {
    assert.equal(parseWhen(text, NOW), null, text);
  }
});

Deno.test("no text at all makes it throw", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    parseWhen(text, NOW);
  }));
});
