/**
 * `copy`: reads its arguments, shows the plan, asks, carries it out, and says how it ended.
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
import type { AppSetup } from "../../apps/app_setup.ts";
import { namedApp } from "../input/apps.ts";
import { readKey } from "../input/key_source.ts";
import { MASK_FILE } from "../input/mask_file.ts";
import { inputName, readText } from "../input/read_input.ts";
import { showAskApply } from "../output/show_ask_apply.ts";
import { usageError } from "../model/usage_error.ts";

/** The arguments of `copy`, and what it may touch. */
type CopyInvocation = Invocation<typeof COPY>;

/** Runs `copy` and returns its exit code. */
export async function run(invocation: CopyInvocation): Promise<ExitCode> {
  const { flags, terminal, clock } = invocation;
  if (flags.yes && !flags.apply) throw usageError("Flag '--yes' agrees to what --apply does", "Give --apply too.");
  if (flags.replace && flags.merge.length > 0) {
    throw usageError("Flags '--replace' and '--merge' exclude each other", "Give one of them.");
  }
  for (const side of ["from", "to"] as const) checkSide(invocation, side);
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  try {
    const sides = { from: await readSide(invocation, "from"), to: await readSide(invocation, "to") };
    const { from, to } = sides;
    const map = mapPlace(invocation, to.url);
    await using copying = await planCopy(await copyOptions(invocation, sides, progress, map));
    const { restore, backup, unmasked } = copying;
    const notes = [
      ...backup.warnings.map(({ message }) => message),
      ...unmasked.map(({ table, column }) =>
        `Column '${column}' of table '${table}' may hold secrets, and no rule masks it`
      ),
    ];
    const source = from.app === null ? `the app at ${new URL(from.url).host}` : `'${from.app.name}'`;
    const ended = await showAskApply(invocation, {
      run: restore,
      progress,
      source,
      title: `Copy of ${source}${flags.mask === null ? "" : `, masked by ${flags.mask}`}`,
      notes,
      url: to.url,
      appName: to.app?.name ?? null,
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
  { from, to }: { readonly from: Side; readonly to: Side },
  progress: CopyOptions["progress"],
  map: MapPlace,
): Promise<CopyOptions> {
  const { flags, clock, signal } = invocation;
  return {
    from: { url: from.url, key: from.key },
    to: { url: to.url, key: to.key },
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

/** One of the two apps. */
interface Side {
  readonly app: AppSetup | null;
  readonly url: string;
  readonly key: string;
}

/** A missing argument is reported before anything is read. */
function checkSide({ flags }: CopyInvocation, side: "from" | "to"): void {
  if (flags[side] !== null || flags[`${side}-key-file`] !== null) return;
  throw usageError(
    `'copy' needs --${side} or --${side}-key-file`,
    "They name an app that was set up, or a file with a key.",
  );
}

/** Two apps have two keys, and one variable cannot hold both. */
async function readSide(invocation: CopyInvocation, side: "from" | "to"): Promise<Side> {
  const { flags, given, secrets } = invocation;
  const app = await namedApp(invocation, flags[side]);
  const path = flags[`${side}-key-file`] ?? app?.keyFile ?? null;
  if (path === null) {
    throw usageError(`App '${flags[side]}' was set up without a key`, `Give --${side}-key-file FILE.`);
  }
  const url = given.has(`${side}-url`) ? flags[`${side}-url`] : app?.url ?? flags[`${side}-url`];
  secrets.addFrom(url);
  return { app, url, key: await readKey(path, invocation) };
}

async function readMaskFile(path: string, invocation: CopyInvocation): Promise<CopyOptions["mask"]> {
  return { name: basename(inputName(path)), text: await readText(path, MASK_FILE, invocation) };
}

function mapPlace({ flags, clock }: CopyInvocation, url: string): MapPlace {
  if (!flags.apply) return { kind: "none" };
  const time = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const path = flags["id-map"] ?? `copy.${time}${ID_MAP_SUFFIX}`;
  const advice =
    `Delete what was inserted with 'restore --undo ${path} --apply --url ${displayUrl(url)}', or copy again ` +
    "with --replace.";
  return { kind: "new", path, advice };
}
