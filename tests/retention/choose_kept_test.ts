/** Which backups are kept: each rule by itself, what no rule may remove, and any backups against restic's meaning. */
import assert from "node:assert/strict";
import { KEEP_ALL } from "../../lib/apps/app_setup.ts";
import { chooseKept, type KeptCandidate } from "../../lib/retention/choose_kept.ts";
import { fc } from "../deps.ts";

const night = (day: string, more: Partial<KeptCandidate> = {}): KeptCandidate => ({
  start: new Date(`${day}T02:00:00`),
  complete: true,
  proven: false,
  looksWrong: false,
  ...more,
});

/** Days that are kept. */
function kept(nights: readonly KeptCandidate[], keep: Partial<typeof KEEP_ALL>): readonly string[] {
  return chooseKept(nights, { ...KEEP_ALL, ...keep }).flatMap(({ snapshot: { start }, reasons }) =>
    reasons.length === 0 ? [] : `${start.getMonth() + 1}-${start.getDate()}`
  );
}

/** Each night of October and November 2026. */
const ALL = Array.from({ length: 61 }, (_, i) => {
  const date = new Date(2026, 9, 1 + i);
  return night(`2026-${String(date.getMonth() + 1)}-${String(date.getDate()).padStart(2, "0")}`);
});

Deno.test("each rule keeps the newest of each of its periods", () => {
  assert.deepEqual(kept(ALL, { last: 2 }), ["11-29", "11-30"]);
  assert.deepEqual(kept(ALL, { daily: 3 }), ["11-28", "11-29", "11-30"]);
  assert.deepEqual(kept(ALL, { weekly: 3 }), ["11-22", "11-29", "11-30"], "a week ends on Sunday");
  assert.deepEqual(kept(ALL, { monthly: 2 }), ["10-31", "11-30"]);
  assert.deepEqual(kept(ALL, { yearly: 1 }), ["11-30"]);
  assert.deepEqual(kept(ALL, { daily: 2, weekly: 2, monthly: 2 }), ["10-31", "11-29", "11-30"]);
});

Deno.test("without a rule everything is kept", () => {
  assert.equal(kept(ALL, {}).length, ALL.length);
});

Deno.test("the oldest is kept as long as there are fewer periods than a rule asks for, as restic does", () => {
  assert.deepEqual(kept(ALL, { monthly: 3 }), ["10-1", "10-31", "11-30"]);
  assert.deepEqual(kept(ALL, { yearly: 2 }), ["10-1", "11-30"]);
  assert.deepEqual(kept(ALL, { daily: 61 }).length, 61);
  assert.deepEqual(kept(ALL, { last: 2, yearly: 1 }), ["11-29", "11-30"], "not with as many periods as asked for");
  const [oldest] = chooseKept(ALL, { ...KEEP_ALL, daily: 1, monthly: 12, yearly: 5 });
  assert.deepEqual(oldest?.reasons, ["oldest monthly", "oldest yearly"]);
});

Deno.test("the newest backup is kept by restic's rules, and here also when it is incomplete and an older one is not", () => {
  const nights = [night("2026-11-01"), night("2026-11-02", { complete: false })];
  assert.deepEqual(kept(nights, { daily: 1 }), ["11-1", "11-2"]);
  assert.deepEqual(kept([...nights, night("2026-11-03")], { daily: 1 }), ["11-3"]);
});

Deno.test("a period is represented by its newest complete backup", () => {
  const two = [night("2026-11-01"), { ...night("2026-11-01", { complete: false }), start: new Date(2026, 10, 1, 20) }];
  const [first, second] = chooseKept(two, { ...KEEP_ALL, daily: 1 });
  assert.deepEqual([first?.reasons, second?.reasons], [["daily", "newest complete"], ["newest"]]);
});

Deno.test("what no rule may remove: the newest complete, the newest proven, the last before something looked wrong", () => {
  const nights = [
    night("2026-11-01", { proven: true }),
    night("2026-11-02", { proven: true }),
    night("2026-11-03"),
    night("2026-11-04", { looksWrong: true }),
    night("2026-11-05"),
    night("2026-11-06", { complete: false }),
  ];
  assert.deepEqual(kept(nights, { last: 1 }), ["11-2", "11-3", "11-5", "11-6"]);
});

Deno.test("for any backups and rules: what is kept is within the rules' numbers, and the newest complete is kept", () => {
  const aNight = fc.record({
    start: fc.date({ min: new Date(2020, 0, 1), max: new Date(2026, 0, 1), noInvalidDate: true }),
    complete: fc.boolean(),
    proven: fc.boolean(),
    looksWrong: fc.boolean(),
  });
  const aRule = fc.option(fc.integer({ min: 0, max: 20 }));
  const rules = fc.record({ last: aRule, daily: aRule, weekly: aRule, monthly: aRule, yearly: aRule });
  fc.assert(fc.property(fc.array(aNight, { minLength: 1, maxLength: 60 }), rules, (list, keep) => {
    const nights = list.toSorted((a, b) => a.start.getTime() - b.start.getTime());
    const decided = chooseKept(nights, keep);
    assert.deepEqual(decided.map(({ snapshot }) => snapshot), nights);
    for (const rule of ["last", "daily", "weekly", "monthly", "yearly"] as const) {
      const count = decided.filter(({ reasons }) => reasons.includes(rule)).length;
      assert.ok(count <= (keep[rule] ?? 0), rule);
      // The newest of a day may be passed over for a complete one, but no day is without one.
      if ((keep[rule] ?? 0) > 0) assert.ok(count > 0, rule);
      const isShort = decided[0]?.reasons.includes(`oldest ${rule}`) === true;
      assert.equal(isShort, rule !== "last" && count < (keep[rule] ?? 0), rule);
    }
    assert.ok((decided.at(-1)?.reasons.length ?? 0) > 0, "the newest");
    const newest = decided.findLast(({ snapshot }) => snapshot.complete);
    assert.ok(newest === undefined || newest.reasons.includes("newest complete"));
    nights.forEach(({ looksWrong }, i) => looksWrong && i > 0 && assert.ok((decided[i - 1]?.reasons.length ?? 0) > 0));
    const more = chooseKept(nights, { ...keep, daily: (keep.daily ?? 0) + 5 });
    const hasRule = Object.values(keep).some((rule) => rule !== null);
    decided.forEach(({ reasons }, i) => hasRule && reasons.length > 0 && assert.ok((more[i]?.reasons.length ?? 0) > 0));
  }));
});
