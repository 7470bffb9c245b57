/**
 * `restore`: reads its arguments, shows the plan, asks, carries it out, and says how it ended.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import { openIdMap } from "../../id_map/id_map.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { interruptedMaps, mapsBeside, mapsOf, newMapPath } from "../../restore/run/map_folder.ts";
import type { MapPlace } from "../../restore/run/map_place.ts";
import { openSource } from "../../restore/plan/open_backup.ts";
import { isInPlace, type RestoreMode, type RestoreOptions, SETTLE_MS } from "../../restore/job/restore_options.ts";
import { planRun } from "../../restore/run/run_restore.ts";
import { planUndo } from "../../restore/run/undo_restore.ts";
import { chooseSnapshot, type ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import { confirmApp } from "../input/confirm_app.ts";
import type { RESTORE } from "../descriptions/restore.ts";
import { firstWait } from "../input/first_wait.ts";
import { namedApp, readReach } from "../input/apps.ts";
import { undoneText, undoText } from "../output/restore_text.ts";
import { showAskApply } from "../output/show_ask_apply.ts";
import { interruptedSource } from "../sources/interrupted_source.ts";
import { readRowIds } from "../input/read_rows.ts";
import { sourceContext } from "../sources/sources.ts";
import { usageError } from "../model/usage_error.ts";

type RestoreInvocation = Invocation<typeof RESTORE>;

/** Runs `restore` and returns its exit code. */
export async function run(invocation: RestoreInvocation): Promise<ExitCode> {
  const { positionals: { source }, flags } = invocation;
  if (flags.yes && !flags.apply) throw usageError("Flag '--yes' agrees to what --apply does", "Give --apply too.");
  if (flags.undo !== null) return await undo(invocation, flags.undo);
  if (source === null) throw usageError("'restore' needs SOURCE", "See 'anvil-sqlite restore --help'.");
  const mode = modeOf(invocation);
  if (flags.resume) refuseWithResume(invocation);
  const choose = flags.resume ? interruptedSource : chooseSnapshot;
  const chosen = await choose(source, sourceContext(invocation));
  const app = await namedApp(invocation, flags.to ?? chosen.source.appName);
  const listed = flags["rows-from"] === null ? [] : await readRowIds(flags["rows-from"], invocation);
  return await restore(invocation, chosen, mode, app, listed);
}

async function restore(
  invocation: RestoreInvocation,
  { name, open }: ChosenSnapshot,
  mode: RestoreMode,
  app: AppSetup | null,
  listed: readonly string[],
): Promise<ExitCode> {
  const { flags, terminal, clock, signal } = invocation;
  const reach = await readReach(invocation, app);
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  try {
    const onStep = (what: string) => {
      signal.throwIfAborted();
      progress.report({ type: "checking", what: `the file: ${what}` });
    };
    await using file = await open();
    // For a few rows, only what they use is checked; --verify checks the whole file, as every other restore does.
    const whole = flags.verify || flags.resume || !isInPlace(mode) || flags.row.length === 0 && flags.where === null;
    const keeps = file.path === name ? name : null;
    await using source = await openSource(file.path, { force: flags.force, whole, keeps, onStep });
    const maps = await mapsBeside(name);
    const options: RestoreOptions = {
      ...given(invocation, mode, listed),
      ...reach,
      archive: source.archive,
      earlierMaps: maps,
      checkUsed: source.checkUsed,
      mask: null,
      progress,
      clock,
      limits: LIMITS,
      waitMs: firstWait(invocation),
      signal,
      settleMs: SETTLE_MS,
    };
    await using restoring = await planRun(options, await mapPlace(invocation, name, maps));
    return await showAskApply(invocation, {
      run: restoring,
      progress,
      source: name,
      title: `Restore of ${name}`,
      notes: source.notes,
      url: reach.url,
      appName: app?.name ?? null,
      idMap: restoring.mapPath,
    });
  } finally {
    progress.close();
  }
}

/** What the flags ask for. */
function given({ flags }: RestoreInvocation, mode: RestoreMode, listed: readonly string[]) {
  return {
    mode,
    keys: flags.merge,
    selection: {
      only: flags.table,
      exclude: flags.exclude,
      rows: [...flags.row, ...listed],
      where: flags.where,
      withLinks: flags["with-links"],
      linkedFrom: flags["linked-from"],
      whereLive: flags["where-live"],
    },
    inPlace: {
      columns: flags.column,
      relink: !flags["no-relink"],
      deleteNew: flags["delete-new"],
      overwriteNewer: flags["overwrite-newer"],
    },
    media: !flags["no-media"],
    inOrder: flags["in-order"],
  };
}

function modeOf({ flags }: RestoreInvocation): RestoreMode {
  const given = ([
    ["revert", flags.revert],
    ["missing", flags.missing],
    ["replace", flags.replace],
    ["merge", flags.merge.length > 0],
  ] as const).filter(([, isGiven]) => isGiven).map(([mode]) => mode);
  if (given.length > 1) {
    throw usageError(
      `Flags ${given.map((mode) => `'--${mode}'`).join(" and ")} exclude each other`,
      "Give one of them, or none to restore into empty tables.",
    );
  }
  const mode = given[0] ?? "empty";
  const only = ([
    ["column", flags.column.length > 0, "revert"],
    ["delete-new", flags["delete-new"], "revert"],
    ["where-live", flags["where-live"] !== null, "revert"],
    ["overwrite-newer", flags["overwrite-newer"], "revert"],
    ["no-relink", flags["no-relink"], "missing"],
  ] as const).find(([, isGiven, of]) => isGiven && mode !== of && mode !== "revert");
  if (only !== undefined && !flags.resume) {
    throw usageError(
      `Flag '--${only[0]}' belongs to --revert${only[2] === "missing" ? " or --missing" : ""}`,
      "Add it.",
    );
  }
  return mode;
}

/** What an interrupted restore was asked to do is in its id map. */
function refuseWithResume({ flags }: RestoreInvocation): void {
  const given = [
    ...(["table", "exclude", "row", "merge", "column"] as const).filter((name) => flags[name].length > 0),
    ...([
      "replace",
      "missing",
      "revert",
      "with-links",
      "linked-from",
      "no-relink",
      "delete-new",
      "overwrite-newer",
      "no-media",
      "in-order",
    ] as const).filter((name) => flags[name]),
    ...(["where", "where-live", "rows-from"] as const).filter((name) => flags[name] !== null),
  ];
  const [first] = given;
  if (first === undefined) return;
  throw usageError(`Flags '--resume' and '--${first}' exclude each other`, "A restore goes on as it was begun.");
}

/** Path of the id map, or of the map of the restore that is resumed. */
async function mapPlace(invocation: RestoreInvocation, file: string, beside: readonly string[]): Promise<MapPlace> {
  const { flags, clock } = invocation;
  const named = flags["id-map"];
  const path = named ?? await foundMap(flags, mapsOf(file, beside)) ?? newMapPath(file, clock.now());
  const where = named === null ? "" : ` --id-map '${path}'`;
  const advice = `Go on with 'restore ${file} --resume --apply${where}', or undo what was done with ` +
    `'restore --undo ${path} --apply'.`;
  if (flags.resume) return { kind: "resume", path, advice };
  return flags.apply ? { kind: "new", path, advice } : { kind: "none" };
}

/**
 * Finds the map of an interrupted restore, which is resumed or is in the way. Maps of runs that wrote nothing are
 * removed.
 */
async function foundMap(
  { resume, apply }: RestoreInvocation["flags"],
  maps: readonly string[],
): Promise<string | undefined> {
  if (!resume && !apply) return undefined;
  const { begun, unused } = await interruptedMaps(maps);
  if (resume) return begun.at(-1) ?? unused.at(-1);
  for (const path of unused) await Deno.remove(path);
  return begun.at(-1);
}

async function undo(invocation: RestoreInvocation, path: string): Promise<ExitCode> {
  const { positionals, flags, terminal, clock, signal } = invocation;
  if (positionals.source !== null || flags.resume) {
    throw usageError("Flag '--undo' goes alone", "It needs the id map, --apply, and how to reach the app.");
  }
  const app = await namedApp(invocation, flags.to);
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  using idMap = await openIdMap(path);
  try {
    const reach = { ...await readReach(invocation, app), clock, limits: LIMITS, waitMs: firstWait(invocation), signal };
    const options = { ...reach, progress, settleMs: SETTLE_MS };
    await using undoing = await planUndo(options, idMap);
    const { tables } = undoing;
    const shownApp = app?.name ?? undoing.app;
    progress.close();
    if (flags.json) terminal.out(`${JSON.stringify({ app: undoing.app, applied: flags.apply, tables }, null, 2)}\n`);
    else if (flags.apply) terminal.tell(undoText(undoing.app, tables, true));
    else terminal.out(undoText(undoing.app, tables, false));
    if (!flags.apply) return EXIT.done;
    if (!flags.yes) await confirmApp(invocation, shownApp, "have a restore undone");
    const undone = await undoing.apply();
    progress.close();
    idMap.close();
    await Deno.remove(path);
    if (!flags.json) terminal.tell(undoneText(undone));
    return undone.left > 0 ? EXIT.incomplete : EXIT.done;
  } finally {
    progress.close();
  }
}
