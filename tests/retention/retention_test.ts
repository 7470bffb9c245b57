/** Which snapshots are kept, by restic's words. */
import assert from "node:assert/strict";
import { type KeepRules, planRetention } from "../../lib/retention/retention.ts";
import { fc } from "../deps.ts";

const NONE: KeepRules = { last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

interface Night {
  readonly start: Date;
  readonly complete: boolean;
  readonly digest: string;
  readonly looksWrong: readonly string[];
}

const night = (day: number, more: Partial<Night> = {}): Night => ({
  start: new Date(2026, 0, day, 2),
  complete: true,
  digest: `digest ${day}`,
  looksWrong: [],
  ...more,
});

/** Days of January that stay, the first being 1. */
function kept(nights: readonly Night[], rules: Partial<KeepRules>, proven: readonly string[] = []): readonly number[] {
  return planRetention(nights, { ...NONE, ...rules }, new Set(proven))
    .flatMap(({ snapshot, keep }) =>
      keep.length > 0 ? [Math.round((snapshot.start.getTime() - DAY_0) / 86_400_000)] : []
    );
}

const DAY_0 = new Date(2025, 11, 31, 2).getTime();
const YEAR = Array.from({ length: 365 }, (_, i) => night(i + 1));

Deno.test("the last so many days, weeks, months and years that have a snapshot keep one each", () => {
  assert.deepEqual(kept(YEAR, { daily: 3 }), [363, 364, 365]);
  // 2026-12-31 is a Thursday: the Sundays before it are days 361 and 354.
  assert.deepEqual(kept(YEAR, { weekly: 3 }), [354, 361, 365]);
  assert.deepEqual(kept(YEAR, { monthly: 3 }), [304, 334, 365]);
  assert.deepEqual(kept(YEAR, { last: 2 }), [364, 365]);
});

Deno.test("days without a snapshot are not counted", () => {
  assert.deepEqual(kept([night(1), night(5), night(9), night(12)], { daily: 3 }), [5, 9, 12]);
});

Deno.test("the oldest stays while a rule has periods left, as with restic", () => {
  assert.deepEqual(kept([night(5), night(6), night(7)], { yearly: 2 }), [5, 7]);
  assert.deepEqual(kept(YEAR, { yearly: 1 }), [365]);
});

Deno.test("of a period with several, the newest complete one stays", () => {
  const morning = night(3);
  const evening = { ...night(3, { complete: false }), start: new Date(2026, 0, 3, 20) };
  const plan = planRetention([morning, evening, night(4)], { ...NONE, daily: 2 }, new Set());
  assert.deepEqual(plan.map(({ keep }) => keep), [["daily"], [], ["newest", "newest complete", "daily"]]);
});

Deno.test("what is always kept: the newest, the newest complete, the newest proven, the last before something looked wrong", () => {
  const nights = [
    night(1),
    night(2),
    night(3, { looksWrong: ["Table 'books' lost half of its rows"] }),
    night(4),
    night(5),
    night(6, { complete: false }),
  ];
  assert.deepEqual(kept(nights, {}, ["digest 1", "digest 4"]), [2, 4, 5, 6]);
});

Deno.test("whatever the rules, a kept snapshot stays kept when others go, and more rules never keep fewer", () => {
  const anyRules = fc.record({
    last: fc.nat(4),
    daily: fc.nat(9),
    weekly: fc.nat(6),
    monthly: fc.nat(6),
    yearly: fc.nat(3),
  });
  fc.assert(fc.property(
    fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { maxLength: 60 }),
    anyRules,
    (days, rules) => {
      const nights = days.toSorted((a, b) => a - b).map((day) => night(day));
      const first = kept(nights, rules);
      const left = nights.filter((_, i) => planRetention(nights, rules, new Set())[i]?.keep.length !== 0);
      assert.deepEqual(kept(left, rules), first);
      const more = kept(nights, { ...rules, daily: rules.daily + 1 });
      assert.ok(first.every((day) => more.includes(day)));
    },
  ));
});
