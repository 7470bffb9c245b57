/**
 * Which snapshots are kept, by rules of the calendar, with the words and the meaning that restic gives them: for the last so
 * many days that have a snapshot, one of each day, and so for weeks, months and years. A snapshot is kept if any rule keeps
 * it. Days are those of the local clock, weeks begin on Monday. Pure: it removes nothing.
 *
 * Beside the rules some are always kept: see {@link planRetention}.
 */

/** How many of each are kept; 0 for a rule that was not given. */
export interface KeepRules {
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

/** What a rule needs to know of a snapshot. */
interface Keepable {
  readonly start: Date;
  readonly complete: boolean;
  readonly digest: string;
  /** What looked wrong beside the snapshot before it. */
  readonly looksWrong: readonly string[];
}

/** A snapshot with the reasons to keep it; without any, it goes. */
export interface Retained<S> {
  readonly snapshot: S;
  readonly keep: readonly string[];
}

/**
 * Says of each snapshot of one app why it is kept. Always kept are the newest; the newest complete one; the newest that was
 * proven; and the last before something looked wrong, for each time that something did.
 * @param snapshots oldest first
 * @param proven digests of snapshots that were verified or drilled with a good result
 */
export function planRetention<S extends Keepable>(
  snapshots: readonly S[],
  rules: KeepRules,
  proven: ReadonlySet<string>,
): readonly Retained<S>[] {
  const newestFirst = snapshots.toReversed();
  const reasons = new Map<S, string[]>(snapshots.map((snapshot) => [snapshot, []]));
  const keep = (snapshot: S | undefined, reason: string) => {
    if (snapshot !== undefined) reasons.get(snapshot)?.push(reason);
  };
  keep(newestFirst[0], "newest");
  keep(newestFirst.find(({ complete }) => complete), "newest complete");
  keep(newestFirst.find(({ digest }) => digest !== "" && proven.has(digest)), "newest proven");
  snapshots.forEach(({ looksWrong }, at) => {
    if (looksWrong.length > 0) keep(snapshots[at - 1], "last before something looked wrong");
  });
  for (const snapshot of newestFirst.slice(0, rules.last)) keep(snapshot, "last");
  for (const [rule, periodOf] of PERIODS) {
    for (const snapshot of onePerPeriod(newestFirst, rules[rule], periodOf)) keep(snapshot, rule);
  }
  return snapshots.map((snapshot) => ({ snapshot, keep: reasons.get(snapshot) ?? [] }));
}

const two = (value: number) => String(value).padStart(2, "0");
const yearly = (time: Date) => String(time.getFullYear());
const monthly = (time: Date) => `${yearly(time)}-${two(time.getMonth() + 1)}`;
const daily = (time: Date) => `${monthly(time)}-${two(time.getDate())}`;
/** The Monday of its week. */
const weekly = (time: Date) =>
  daily(new Date(time.getFullYear(), time.getMonth(), time.getDate() - (time.getDay() + 6) % 7));

const PERIODS = [["daily", daily], ["weekly", weekly], ["monthly", monthly], ["yearly", yearly]] as const;

/**
 * One snapshot for each of the last so many periods that have one: the newest complete one of the period, else the newest.
 * When there are fewer periods than the rule asks for, the oldest snapshot is kept too, as restic does: it is the one of a
 * longer past.
 */
function onePerPeriod<S extends Keepable>(
  newestFirst: readonly S[],
  count: number,
  periodOf: (time: Date) => string,
): readonly S[] {
  if (count === 0) return [];
  const periods = [...Map.groupBy(newestFirst, ({ start }) => periodOf(start)).values()];
  const kept = periods.slice(0, count).flatMap((list) => list.find(({ complete }) => complete) ?? list.slice(0, 1));
  const oldest = newestFirst.at(-1);
  return periods.length < count && oldest !== undefined && !kept.includes(oldest) ? [...kept, oldest] : kept;
}
