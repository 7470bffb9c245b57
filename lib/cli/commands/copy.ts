/**
 * `copy`: reads what is asked for, shows the plan, asks, carries it out, and says how it ended.
 */
import { ID_MAP_SUFFIX } from "../../id_map/id_map.ts";
import { basename } from "../../deps.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { type CopyOptions, planCopy } from "../../round_trip/copy_between.ts";
import type { MapPlace } from "../../restore/run/map_place.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import { confirmApp } from "../input/confirm_app.ts";
import type { COPY } from "../descriptions/copy.ts";
import { readKeyFile } from "../input/key_source.ts";
import { planJson, planText, resultJson, resultText } from "../output/restore_text.ts";
import { usageError } from "../model/usage_error.ts";
import { warningLine } from "../terminal/warning_line.ts";

type CopyInvocation = Invocation<typeof COPY>;

/** Runs `copy`. */
export async function run(invocation: CopyInvocation): Promise<ExitCode> {
  const { flags, terminal, clock } = invocation;
  if (flags.yes && !flags.apply) throw usageError("Flag '--yes' agrees to what --apply does", "Give --apply too.");
  if (flags.replace && flags.merge.length > 0) {
    throw usageError("Flags '--replace' and '--merge' exclude each other", "Give one of them.");
  }
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  try {
    const map = mapPlace(invocation);
    await using copying = await planCopy(await copyOptions(invocation, progress, map));
    const { restore, backup, unmasked } = copying;
    const notes = [
      ...backup.warnings.map(({ message }) => message),
      ...unmasked.map(({ table, column }) =>
        `Column '${column}' of table '${table}' holds secrets of the Users service, and no rule masks it`
      ),
    ];
    const { plan, target } = restore;
    const file = `the app at ${new URL(flags["from-url"]).host}`;
    const title = `Copy of ${file}${flags.mask === null ? "" : `, masked by ${flags.mask}`}`;
    const shown = { file, title, notes, plan, target, url: flags["to-url"], applied: flags.apply };
    progress.close();
    if (!flags.json) {
      for (const note of notes) terminal.line(warningLine(note, terminal.color));
      if (!flags.quiet || !flags.apply) terminal.out(planText(shown));
    }
    if (plan.gaps.length > 0 || !flags.apply || !restore.hasWork) {
      if (flags.json) terminal.out(planJson(shown));
      return plan.gaps.length > 0 ? EXIT.drift : backup.exitCode;
    }
    if (!flags.yes) await confirmApp(invocation, plan.app, "be written to");
    const result = await restore.apply();
    progress.close();
    const kept = flags["id-map"];
    terminal.out(flags.json ? resultJson(shown, result, kept) : resultText(plan, result, kept));
    if (kept === null) restore.dropMap();
    return result.exitCode === EXIT.done ? backup.exitCode : result.exitCode;
  } finally {
    progress.close();
  }
}

async function copyOptions(
  invocation: CopyInvocation,
  progress: CopyOptions["progress"],
  map: MapPlace,
): Promise<CopyOptions> {
  const { flags, clock, signal } = invocation;
  return {
    from: { url: flags["from-url"], key: await readSideKey(invocation, "from") },
    to: { url: flags["to-url"], key: await readSideKey(invocation, "to") },
    selection: { only: flags.table, exclude: flags.exclude },
    media: !flags["no-media"],
    mode: flags.replace ? "replace" : flags.merge.length > 0 ? "merge" : "empty",
    keys: flags.merge,
    inOrder: flags["in-order"],
    mask: flags.mask === null ? null : { name: basename(flags.mask), text: await readMaskFile(flags.mask) },
    map,
    progress,
    clock,
    limits: LIMITS,
    signal,
  };
}

/** Two apps have two keys, and one variable cannot hold both. */
async function readSideKey(invocation: CopyInvocation, side: "from" | "to"): Promise<string> {
  const path = invocation.flags[`${side}-key-file`];
  if (path === null) throw usageError(`'copy' needs --${side}-key-file`, "It names a file that holds the key alone.");
  return await readKeyFile(path, invocation);
}

async function readMaskFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new AnvilSqliteError(`Cannot read the mask '${path}': ${cause instanceof Error ? cause.message : cause}`, {
      code: "bad-mask",
      hint: "Check --mask.",
      cause,
    });
  }
}

function mapPlace({ flags, clock }: CopyInvocation): MapPlace {
  if (!flags.apply) return { kind: "none" };
  const time = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const path = flags["id-map"] ?? `copy.${time}${ID_MAP_SUFFIX}`;
  const advice =
    `Delete what was inserted with 'restore --undo ${path} --apply --url ${flags["to-url"]}', or copy again ` +
    "with --replace.";
  return { kind: "new", path, advice };
}
