/**
 * `diff`: opens both sides, compares them, and shows what differs.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import { type OpenArchive, openArchive } from "../../archive/open_archive.ts";
import {
  type ArchiveDifference,
  compareArchives,
  type DiffSide,
  isDifferent,
} from "../../diff/archives/compare_archives.ts";
import { differenceJson } from "../../diff/archives/difference_json.ts";
import { RowNames } from "../../diff/archives/row_names.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { readIdMap, type ReturnedRows } from "../../id_map/read_id_map.ts";
import { stringifyExact } from "../../json/exact_json.ts";
import { chooseSnapshot, type ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { idMapsBeside } from "../../source/id_maps.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import { safeJson } from "../../ui/text/json_text.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { readLive } from "../../verify/read_live.ts";
import type { DIFF } from "../descriptions/diff.ts";
import { firstWait } from "../input/first_wait.ts";
import { namedApp, readReach } from "../input/apps.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { namesHint } from "../../ui/text/closest_word.ts";
import { usageError } from "../model/usage_error.ts";
import { DifferenceText } from "../output/difference_lines.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";

type DiffInvocation = Invocation<typeof DIFF>;

/** Names the app as it is now; a file of that name comes first. */
const LIVE = "live";

/** Runs `diff` and returns its exit code. */
export async function run(invocation: DiffInvocation): Promise<ExitCode> {
  const { positionals: { source, other }, flags, terminal, clock } = invocation;
  const isLive = other === LIVE && await isFree(LIVE);
  if (flags["no-media"] && !isLive) {
    throw usageError("Flag '--no-media' belongs to 'live'", "Files are compared whole.");
  }
  const context = sourceContext(invocation);
  const first = await chooseSnapshot(source, context);
  const second = isLive ? null : await chooseSnapshot(other, context);
  const maps = [
    ...await idMapsBeside([first, ...(second === null ? [] : [second])].map((one) => one.source), context.note),
  ];
  for (const path of flags["id-map"]) maps.push(await readIdMap(path));
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json || !isLive }, clock);
  try {
    await using file = await first.open();
    using earlier = await openArchive(file.path);
    checkTables(earlier, flags.table);
    if (second === null) {
      const app = await namedApp(invocation, first.source.appName);
      return await compareWithLive(invocation, app, { name: first.name, ...earlier }, maps, progress);
    }
    return await compareFiles(invocation, { name: first.name, ...earlier }, second, maps);
  } finally {
    progress.close();
  }
}

/** One side, with the name that a user knows. */
interface NamedSide extends DiffSide {
  readonly name: string;
}

async function compareFiles(
  invocation: DiffInvocation,
  earlier: NamedSide,
  second: ChosenSnapshot,
  maps: readonly ReturnedRows[],
): Promise<ExitCode> {
  await using file = await second.open();
  using later = await openArchive(file.path);
  const options = { media: true, trustDigests: true };
  return show(invocation, earlier, { name: second.name, ...later }, maps, options) ? EXIT.different : EXIT.done;
}

async function compareWithLive(
  invocation: DiffInvocation,
  app: AppSetup | null,
  earlier: NamedSide,
  maps: readonly ReturnedRows[],
  progress: Progress,
): Promise<ExitCode> {
  const { flags, clock, signal } = invocation;
  const reach = await readReach(invocation, app);
  const waitMs = firstWait(invocation);
  const options = { ...reach, pace: flags.pace, progress, clock, limits: LIMITS, waitMs, signal };
  await using live = await readLive(earlier, options, !flags["no-media"]);
  progress.close();
  const { archive, media, read } = live;
  const differs = show(invocation, earlier, { name: "the app", ...archive }, maps, { media, trustDigests: true });
  if (differs) return EXIT.different;
  return read.exitCode === EXIT.done ? EXIT.done : EXIT.incomplete;
}

/** Shows all differences. @returns whether there are any */
function show(
  { flags, terminal, signal }: DiffInvocation,
  a: NamedSide,
  b: NamedSide,
  maps: readonly ReturnedRows[],
  options: { readonly media: boolean; readonly trustDigests: boolean },
): boolean {
  const app = String(b.catalogue.provenance.get("app_id") ?? "");
  const returned = maps.filter(({ appId }) => appId === "" || app === "" || appId === app);
  using names = new RowNames(b, a);
  const text = new DifferenceText(terminal, (link) => names.of(link));
  if (!flags.json && !flags.quiet) text.begin(a, b);
  let differs = false;
  const json = (value: Parameters<typeof stringifyExact>[0]) => terminal.out(`${safeJson(stringifyExact(value))}\n`);
  const onTable = () => signal.throwIfAborted();
  const tell = (difference: ArchiveDifference) => flags.json ? json(differenceJson(difference)) : text.add(difference);
  for (const difference of compareArchives(a, b, { ...options, tables: flags.table, returned, onTable })) {
    differs ||= isDifferent(difference);
    tell(difference);
  }
  if (flags.json) json({ kind: "end", different: differs, first: a.name, second: b.name });
  else if (!differs && !flags.quiet) text.equal();
  return differs;
}

function checkTables({ catalogue: { tables } }: OpenArchive, wanted: readonly string[]): void {
  const names = tables.map(({ plan }) => plan.table.name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw usageError(
    `There is no table '${unknown}' in the first backup`,
    namesHint(unknown, names, "It has no tables."),
  );
}

async function isFree(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => false, () => true);
}
