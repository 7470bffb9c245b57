/**
 * `verify`: checks a file, and compares it with the app when asked.
 */
import { type OpenArchive, openArchive } from "../../archive/open_archive.ts";
import { isKind } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { idMapsBeside } from "../../source/id_maps.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { LIMITS } from "../../uplink/limits.ts";
import type { Finding } from "../../verify/finding.ts";
import { verifyFile, type VerifyOptions } from "../../verify/verify_file.ts";
import { verifyLive } from "../../verify/verify_live.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { VERIFY } from "../descriptions/verify.ts";
import { eachSource, type SourcePlace } from "../sources/each_source.ts";
import { helperModule } from "../input/helper_module.ts";
import { firstWait } from "../input/first_wait.ts";
import { namedApp, readReach } from "../input/apps.ts";
import { keepCheck } from "../sources/keep_check.ts";
import { sourceContext } from "../sources/sources.ts";
import { usageError } from "../model/usage_error.ts";
import { verifyWholeVaults } from "./whole_vaults.ts";

/** Findings printed at most; `--json` has all. */
const SHOWN = 100;

/** Runs `verify` and returns its exit code. */
export async function run(invocation: Invocation<typeof VERIFY>): Promise<ExitCode> {
  const { positionals, flags } = invocation;
  if (flags["no-media"] && !flags.live) {
    throw usageError("Flag '--no-media' belongs to --live", "Media in the file are always checked.");
  }
  if (flags.live && positionals.source.length > 1) {
    throw usageError("Flag '--live' compares one backup with the app", "Give one source.");
  }
  if (flags.all) {
    if (flags.live || flags.quick) {
      throw usageError("Flag '--all' checks everything in a vault", "Leave --live and --quick away.");
    }
    return await verifyWholeVaults(invocation, positionals.source);
  }
  return await eachSource(invocation, positionals.source, (chosen, place) => verifyOne(invocation, chosen, place));
}

async function verifyOne(
  invocation: Invocation<typeof VERIFY>,
  chosen: ChosenSnapshot,
  { isOnly }: SourcePlace,
): Promise<ExitCode> {
  const { flags, terminal, clock, signal } = invocation;
  await using file = await chosen.open();
  using archive = await openArchive(file.path);
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  try {
    const onStep = (what: string) => {
      signal.throwIfAborted();
      progress.report({ type: "checking", what });
    };
    const findings = await collect(archive, {
      quick: flags.quick,
      onStep,
      helperModule: helperModule(invocation.mainModule),
    });
    if (!flags.quick) {
      const digest = String(archive.catalogue.provenance.get("digest") ?? "");
      await keepCheck(invocation, chosen, { digest, kind: "verify", isGood: findings.length === 0 });
    }
    const damage = findings[0] === undefined ? null : damageText(findings[0], chosen.name);
    let complete = true;
    if (flags.live) {
      const reach = await readReach(invocation, await namedApp(invocation, chosen.source.appName));
      const waitMs = firstWait(invocation);
      const options = { ...reach, pace: flags.pace, progress, clock, limits: LIMITS, waitMs, signal };
      const note = sourceContext(invocation).note;
      const returned = await idMapsBeside([chosen.source], note);
      const checks = { media: !flags["no-media"], digestsChecked: !flags.quick && findings.length === 0, returned };
      const live = await verifyLive(archive, options, checks);
      findings.push(...live.findings);
      complete = live.read.exitCode === EXIT.done;
    }
    progress.close();
    const good = findings.length === 0;
    if (flags.json) {
      terminal.out(`${jsonText({ file: chosen.name, good, complete, findings }, isOnly ? 2 : 0)}\n`);
    } else {
      const prefix = isOnly ? "" : `${plainText(chosen.name)}: `;
      if (damage !== null) terminal.tell(`${prefix}${plainText(damage)}\n`);
      for (const { message } of findings.slice(0, SHOWN)) terminal.tell(`${prefix}${plainText(message)}\n`);
      if (findings.length > SHOWN) terminal.tell(`${prefix}and ${findings.length - SHOWN} more; --json lists all\n`);
      if (good && !flags.quiet) terminal.tell(`${prefix}${verdict(archive, flags)}\n`);
    }
    if (!good) return EXIT.different;
    return complete ? EXIT.done : EXIT.incomplete;
  } finally {
    progress.close();
  }
}

/** A headline, and what the user should do. */
function damageText({ table }: Finding, file: string): string {
  const what = table === null ? `'${file}'` : `table '${table}'`;
  return `DAMAGED: ${what} is not what was backed up. Do not restore from this file; use an older one.`;
}

/** A file so damaged that reading it fails is a finding like any other. */
async function collect(archive: OpenArchive, options: VerifyOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    for await (const finding of verifyFile(archive.engine, archive.catalogue, options)) findings.push(finding);
  } catch (error) {
    if (isInterruption(error)) throw error;
    const message = `The file cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`;
    findings.push({ kind: "integrity", table: null, row: null, message });
  }
  return findings;
}

function isInterruption(error: unknown): boolean {
  return isKind(error, "stopped");
}

function verdict(archive: OpenArchive, flags: { readonly quick: boolean; readonly live: boolean }): string {
  const digest = String(archive.catalogue.provenance.get("digest") ?? "none");
  const depth = flags.quick
    ? "Good (quick: no digests were computed)"
    : "Good: every table, link and file is as it was copied";
  return `${depth}${flags.live ? ", and the app holds the same now" : ""}.\nDigest ${digest}`;
}
