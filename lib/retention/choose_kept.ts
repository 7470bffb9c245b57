/**
 * Chooses which snapshots of one app are kept, by rules with restic's words and meaning: a snapshot is kept if any rule
 * keeps it. restic knows no incomplete snapshots. Here the newest complete one of a period is kept for the period, and
 * the newest of all stays too. Days, weeks, months and years are local ones. Pure; it removes nothing.
 */
import type { Keep } from "../apps/app_setup.ts";

/** What is known of a snapshot. */
export interface KeptCandidate {
  readonly start: Date;
  readonly complete: boolean;
  /** Whether a check or drill proved it good. */
  readonly proven: boolean;
  readonly looksWrong: boolean;
}

/** A snapshot with the reasons to keep it; one without a reason may be removed. */
interface Retained<T extends KeptCandidate> {
  readonly snapshot: T;
  readonly reasons: readonly string[];
}

/** The rules that count periods: they keep one snapshot in each of the last periods that have any. */
const PERIODS = [
  ["daily", (date: Date) => [date.getFullYear(), date.getMonth(), date.getDate()].join("-")],
  ["weekly", (date: Date) => weekOf(date)],
  ["monthly", (date: Date) => [date.getFullYear(), date.getMonth()].join("-")],
  ["yearly", (date: Date) => String(date.getFullYear())],
] as const;

/** Decides about the snapshots of one app, the oldest first. Without a rule all are kept. */
export function chooseKept<T extends KeptCandidate>(snapshots: readonly T[], keep: Keep): readonly Retained<T>[] {
  const reasons = new Map<T, string[]>(snapshots.map((snapshot) => [snapshot, []]));
  const add = (snapshot: T | undefined, reason: string) => {
    if (snapshot !== undefined) reasons.get(snapshot)?.push(reason);
  };
  const newestFirst = snapshots.toReversed();
  for (const snapshot of newestFirst.slice(0, keep.last ?? 0)) add(snapshot, "last");
  for (const [rule, periodOf] of PERIODS) {
    const periods = [...Map.groupBy(newestFirst, ({ start }) => periodOf(start)).values()];
    const wanted = keep[rule] ?? 0;
    for (const period of periods.slice(0, wanted)) add(bestOf(period), rule);
    // While there are fewer periods than asked for, restic keeps the oldest too, so that the history is as long as
    // possible.
    if (periods.length < wanted) add(snapshots[0], `oldest ${rule}`);
  }
  if (Object.values(keep).every((rule) => rule === null)) {
    for (const snapshot of snapshots) {
      add(snapshot, "no rule");
    }
  }
  const [newest] = newestFirst;
  // restic keeps the newest by every rule, as the newest of its day. Here a complete one may be preferred to it.
  if (newest?.complete === false) add(newest, "newest");
  add(newestFirst.find(({ complete }) => complete), "newest complete");
  add(newestFirst.find(({ proven }) => proven), "newest that was proven");
  snapshots.forEach(({ looksWrong }, i) =>
    looksWrong && add(snapshots[i - 1], "the last before something looked wrong")
  );
  return snapshots.map((snapshot) => ({ snapshot, reasons: reasons.get(snapshot) ?? [] }));
}

/** The newest complete one of a period, otherwise the newest: an incomplete one never replaces a complete one. */
function bestOf<T extends KeptCandidate>(period: readonly T[]): T | undefined {
  return period.find(({ complete }) => complete) ?? period[0];
}

/** The Monday that begins a week, as in ISO 8601. */
function weekOf(date: Date): string {
  const monday = new Date(date.getFullYear(), date.getMonth(), date.getDate() - (date.getDay() + 6) % 7);
  return [monday.getFullYear(), monday.getMonth(), monday.getDate()].join("-");
}
