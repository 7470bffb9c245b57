/**
 * `copy`: reads what is asked for, shows the plan, asks, carries it out, and says how it ended.
 */
import { ID_MAP_SUFFIX } from "../../id_map/id_map.ts";
import { basename } from "../../deps.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { type CopyOptions, planCopy } from "../../round_trip/copy_between.ts";
import type { MapPlace } from "../../restore/run/map_place.ts";
import { displayUrl } from "../../uplink/handshake.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { COPY } from "../descriptions/copy.ts";
import { firstWait } from "../input/first_wait.ts";
import { readKey } from "../input/key_source.ts";
import { MASK_FILE } from "../input/mask_file.ts";
import { inputName, readText } from "../input/read_input.ts";
import { showAskApply } from "../output/show_ask_apply.ts";
import { usageError } from "../model/usage_error.ts";

/** What a mask is, for messages. */
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
        `Column '${column}' of table '${table}' may hold secrets, and no rule masks it`
      ),
    ];
    const source = `the app at ${new URL(flags["from-url"]).host}`;
    const ended = await showAskApply(invocation, {
      run: restore,
      progress,
      source,
      title: `Copy of ${source}${flags.mask === null ? "" : `, masked by ${flags.mask}`}`,
      notes,
      url: flags["to-url"],
      idMap: flags["id-map"],
    });
    if (flags["id-map"] === null) restore.dropMap();
    return ended === EXIT.done ? backup.exitCode : ended;
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
    mask: flags.mask === null ? null : await readMaskFile(flags.mask, invocation),
    map,
    pace: flags.pace,
    progress,
    clock,
    limits: LIMITS,
    waitMs: firstWait(invocation),
    signal,
  };
}

/** Two apps have two keys, and one variable cannot hold both. */
async function readSideKey(invocation: CopyInvocation, side: "from" | "to"): Promise<string> {
  const path = invocation.flags[`${side}-key-file`];
  if (path === null) throw usageError(`'copy' needs --${side}-key-file`, "It names a file that holds the key alone.");
  return await readKey(path, invocation);
}

async function readMaskFile(path: string, invocation: CopyInvocation): Promise<CopyOptions["mask"]> {
  return { name: basename(inputName(path)), text: await readText(path, MASK_FILE, invocation) };
}

function mapPlace({ flags, clock }: CopyInvocation): MapPlace {
  if (!flags.apply) return { kind: "none" };
  const time = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const path = flags["id-map"] ?? `copy.${time}${ID_MAP_SUFFIX}`;
  const advice =
    `Delete what was inserted with 'restore --undo ${path} --apply --url ${
      displayUrl(flags["to-url"])
    }', or copy again ` +
    "with --replace.";
  return { kind: "new", path, advice };
}
