/**
 * `restore`: reads what is asked for, shows the plan, asks, carries it out, and says how it ended.
 */
import { ID_MAP_SUFFIX, openIdMap } from "../../id_map/id_map.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { MapPlace } from "../../restore/run/map_place.ts";
import { openSource } from "../../restore/plan/open_backup.ts";
import { type RestoreMode, type RestoreOptions, SETTLE_MS } from "../../restore/job/restore_options.ts";
import { planRun } from "../../restore/run/run_restore.ts";
import { planUndo } from "../../restore/run/undo_restore.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { countOf } from "../../ui/text/count.ts";
import type { Invocation } from "../model/command.ts";
import { confirmApp } from "../input/confirm_app.ts";
import type { RESTORE } from "../descriptions/restore.ts";
import { readKey } from "../input/key_source.ts";
import { undoText } from "../output/restore_text.ts";
import { showAskApply } from "../output/show_ask_apply.ts";
import { usageError } from "../model/usage_error.ts";

type RestoreInvocation = Invocation<typeof RESTORE>;

/** Runs `restore`. */
export async function run(invocation: RestoreInvocation): Promise<ExitCode> {
  const { positionals: { file }, flags } = invocation;
  if (flags.yes && !flags.apply) throw usageError("Flag '--yes' agrees to what --apply does", "Give --apply too.");
  if (flags.undo !== null) return await undo(invocation, flags.undo);
  if (file === null) throw usageError("'restore' needs FILE", "See 'anvil-sqlite restore --help'.");
  const mode = modeOf(invocation);
  if (flags.resume) refuseWithResume(invocation);
  const key = await readKey(flags["key-file"], invocation);
  return await restore(invocation, file, mode, key);
}

async function restore(invocation: RestoreInvocation, file: string, mode: RestoreMode, key: string): Promise<ExitCode> {
  const { flags, terminal, clock, signal } = invocation;
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  try {
    const onStep = (what: string) => {
      signal.throwIfAborted();
      progress.report({ type: "checking", what: `the archive: ${what}` });
    };
    await using source = await openSource(file, { force: flags.force, onStep });
    const options: RestoreOptions = {
      url: flags.url,
      key,
      archive: source.archive,
      mode,
      keys: flags.merge,
      selection: {
        only: flags.table,
        exclude: flags.exclude,
        rows: flags.row,
        where: flags.where,
        withLinks: flags["with-links"],
      },
      media: !flags["no-media"],
      inOrder: flags["in-order"],
      mask: null,
      progress,
      clock,
      limits: LIMITS,
      signal,
      settleMs: SETTLE_MS,
    };
    await using restoring = await planRun(options, mapPlace(invocation, file));
    return await showAskApply(invocation, {
      run: restoring,
      progress,
      source: file,
      title: `Restore of ${file}`,
      notes: source.notes,
      url: flags.url,
      idMap: restoring.mapPath,
    });
  } finally {
    progress.close();
  }
}

function modeOf({ flags }: RestoreInvocation): RestoreMode {
  const given = ([
    ["replace", flags.replace],
    ["merge", flags.merge.length > 0],
    ["missing", flags.missing],
  ] as const).filter(([, isGiven]) => isGiven).map(([mode]) => mode);
  if (given.length > 1) {
    throw usageError(
      `Flags ${given.map((mode) => `'--${mode}'`).join(" and ")} exclude each other`,
      "Give one of them, or none to restore into empty tables.",
    );
  }
  return given[0] ?? "empty";
}

/** What an interrupted restore was asked to do stands in its id map. */
function refuseWithResume({ flags }: RestoreInvocation): void {
  const given = [
    ...(["table", "exclude", "row", "merge"] as const).filter((name) => flags[name].length > 0),
    ...(["replace", "missing", "with-links", "no-media", "in-order"] as const).filter((name) => flags[name]),
    ...(flags.where === null ? [] : ["where"]),
  ];
  const [first] = given;
  if (first === undefined) return;
  throw usageError(`Flags '--resume' and '--${first}' exclude each other`, "A restore goes on as it was begun.");
}

function mapPlace({ flags }: RestoreInvocation, file: string): MapPlace {
  const path = flags["id-map"] ?? file + ID_MAP_SUFFIX;
  const where = flags["id-map"] === null ? "" : ` --id-map '${path}'`;
  const advice = `Go on with 'restore ${file} --resume --apply${where}', or delete what was inserted with ` +
    `'restore --undo ${path} --apply'.`;
  if (flags.resume) return { kind: "resume", path, advice };
  return flags.apply ? { kind: "new", path, advice } : { kind: "none" };
}

async function undo(invocation: RestoreInvocation, path: string): Promise<ExitCode> {
  const { positionals, flags, terminal, clock, signal } = invocation;
  if (positionals.file !== null || flags.resume) {
    throw usageError("'--undo' stands alone", "It needs the id map, --apply, and how to reach the app.");
  }
  const key = await readKey(flags["key-file"], invocation);
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  using idMap = await openIdMap(path);
  try {
    const options = { url: flags.url, key, clock, limits: LIMITS, signal, progress, settleMs: SETTLE_MS };
    await using undoing = await planUndo(options, idMap);
    const { app, tables } = undoing;
    if (flags.json) terminal.out(`${JSON.stringify({ app, applied: flags.apply, tables }, null, 2)}\n`);
    else if (flags.apply) terminal.tell(undoText(app, tables, true));
    else terminal.out(undoText(app, tables, false));
    if (!flags.apply) return EXIT.done;
    if (!flags.yes) await confirmApp(invocation, app, "have rows deleted");
    const deleted = await undoing.apply();
    progress.close();
    idMap.close();
    await Deno.remove(path);
    if (!flags.json) {
      terminal.tell(`Deleted ${countOf(deleted, "row")}; the id map, which has done its duty, was removed.\n`);
    }
    return EXIT.done;
  } finally {
    progress.close();
  }
}
