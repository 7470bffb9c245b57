/**
 * `status`: whether each app has a good backup that is young enough.
 */
import { AnvilSqliteError, isKind } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { checksFolder, lastGood, readChecks } from "../../source/checks.ts";
import type { SourceContext } from "../../source/context.ts";
import type { SourceSnapshot } from "../../source/snapshot.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { ageText, momentText } from "../../ui/text/moment_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { textTable } from "../../ui/text/text_table.ts";
import type { STATUS } from "../descriptions/status.ts";
import { listedPlace } from "../sources/listed_place.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** A night and two hours. */
const MAX_AGE_MS = 26 * 3_600_000;

/** What is known of one app's backups. */
interface AppStatus {
  readonly name: string;
  readonly source: string;
  readonly app: SourceSnapshot["app"] | null;
  /** The newest complete backup; null when there is no such backup. */
  readonly good: SourceSnapshot | null;
  readonly ageMs: number | null;
  readonly verified: Date | null;
  readonly drilled: Date | null;
  /** Sentences; empty when all is well. */
  readonly problems: readonly string[];
}

/** Runs `status` and returns its exit code. */
export async function run(invocation: Invocation<typeof STATUS>): Promise<ExitCode> {
  const { positionals, flags, terminal } = invocation;
  const context = sourceContext(invocation);
  const maxAge = flags["max-age"] ?? MAX_AGE_MS;
  const apps: AppStatus[] = [];
  for (const text of await sourcesOf(positionals.source, context)) apps.push(...await watched(text, context, maxAge));
  const ok = apps.every(({ problems }) => problems.length === 0);
  if (flags.json) {
    terminal.out(`${jsonText({ ok, max_age_seconds: Math.round(maxAge / 1_000), apps: apps.map(statusJson) }, 2)}\n`);
  } else {
    if (!flags.quiet) terminal.out(`${table(apps, context.now)}\n`);
    for (const { name, problems } of apps) {
      for (const problem of problems) terminal.line(warningLine(plainText(`${name}: ${problem}`), terminal.color));
    }
  }
  return ok ? EXIT.done : EXIT.attention;
}

async function sourcesOf(given: readonly string[], { apps }: SourceContext): Promise<readonly string[]> {
  const names = given.length > 0 ? given : await apps?.names?.() ?? [];
  if (names.length > 0) return names;
  throw usageError(
    "'status' needs SOURCE, since no app was set up",
    "Give the folder of your backups, such as: status backups",
  );
}

/** A place that does not exist, or cannot be read, has no backup that anyone could use. */
async function watched(text: string, context: SourceContext, maxAge: number): Promise<readonly AppStatus[]> {
  try {
    return await statusOf(text, context, maxAge);
  } catch (error) {
    const hasNone = error instanceof AnvilSqliteError && error.code === "no-such-snapshot";
    // A broken app file does not hide the other apps.
    const isBroken = error instanceof AnvilSqliteError && error.code === "bad-app-file";
    if (!hasNone && !isBroken && !isKind(error, "file", "place")) throw error;
    return [withoutBackup(text, error.message)];
  }
}

function withoutBackup(name: string, problem: string): AppStatus {
  return { name, source: name, app: null, good: null, ageMs: null, verified: null, drilled: null, problems: [problem] };
}

async function statusOf(text: string, context: SourceContext, maxAge: number): Promise<readonly AppStatus[]> {
  const { source, groups } = await listedPlace(text, context);
  if (groups.length === 0) return [withoutBackup(text, `'${source.place.path}' has no finished backup`)];
  const checks = await readChecks(checksFolder(source));
  return groups.map(({ name, app, snapshots }): AppStatus => {
    const newest = snapshots.at(-1) ?? null;
    const good = snapshots.findLast(({ complete }) => complete) ?? null;
    const ageMs = good === null ? null : context.now.getTime() - good.start.getTime();
    // The last check may be of an older backup than the newest.
    const proven = (kind: "verify" | "drill") =>
      snapshots.map(({ digest }) => lastGood(checks, digest)[kind] ?? null).reduce(later, null);
    const problems = [
      ...(good === null ? ["there is no complete backup"] : []),
      ...(ageMs !== null && ageMs > maxAge ? [`the newest complete backup is ${ageText(ageMs)} old`] : []),
      ...(newest?.looksWrong ?? []).map((message) => `looks wrong: ${message}`),
      ...(newest !== null && failedLast(checks, newest.digest) ? [`the newest backup failed its last check`] : []),
    ];
    return { name, source: text, app, good, ageMs, verified: proven("verify"), drilled: proven("drill"), problems };
  });
}

function failedLast(checks: Awaited<ReturnType<typeof readChecks>>, digest: string): boolean {
  return checks.findLast((check) => check.digest === digest)?.result === "bad";
}

function later(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function statusJson({ name, source, app, good, ageMs, verified, drilled, problems }: AppStatus) {
  return {
    app: name,
    source,
    id: app?.id ?? null,
    environment: app?.environment ?? null,
    last_good: good === null ? null : {
      name: good.name,
      start: good.start.toISOString(),
      age_seconds: Math.round((ageMs ?? 0) / 1_000),
      rows: good.rows,
      bytes: good.bytes,
      digest: good.digest,
    },
    last_verified: verified?.toISOString() ?? null,
    last_drilled: drilled?.toISOString() ?? null,
    ok: problems.length === 0,
    problems,
  };
}

function table(apps: readonly AppStatus[], now: Date): string {
  const age = (date: Date | null) => date === null ? "never" : `${ageText(now.getTime() - date.getTime())} ago`;
  const columns = [
    { title: "APP" },
    { title: "LAST GOOD BACKUP" },
    { title: "AGE", align: "right" } as const,
    { title: "SIZE", align: "right" } as const,
    { title: "VERIFIED" },
    { title: "DRILLED" },
    { title: "" },
  ];
  return textTable(
    columns,
    apps.map(({ name, good, ageMs, verified, drilled, problems }) => [
      name,
      good === null ? "none" : momentText(good.start),
      ageMs === null ? "" : ageText(ageMs),
      good === null || good.bytes === null ? "" : byteSize(good.bytes),
      age(verified),
      age(drilled),
      problems.length === 0 ? "good" : "LOOK AT IT",
    ]),
  );
}
