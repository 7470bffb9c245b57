/**
 * `verify --all`: checks every snapshot of vaults, and says which are good.
 */
import { EXIT, type ExitCode, worstExit } from "../../exit_codes.ts";
import { findSource, type Source } from "../../source/find_source.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { type VaultFinding, verifyVault } from "../../vault/check/verify_vault.ts";
import { readVault } from "../../vault/store/open_vault.ts";
import { listSnapshots } from "../../vault/store/snapshots.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { keepCheck } from "../sources/keep_check.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Surroundings } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { ShareLeft } from "../output/share_left.ts";
import { goodSnapshots, vaultVerdict } from "../output/vault_verdict.ts";

/** Findings printed at most; `--json` has all. */
const SHOWN = 100;

/** What this check needs from the run. */
interface Run extends Surroundings {
  readonly flags: { readonly json: boolean; readonly quiet: boolean };
}

/** Checks whole vaults one after the other. */
export async function verifyWholeVaults(run: Run, sources: readonly string[]): Promise<ExitCode> {
  const vaults: Source[] = [];
  for (const source of sources) {
    const found = await findSource(source, sourceContext(run));
    if (found.place.kind !== "vault" || found.when !== null) {
      throw usageError(`Flag '--all' checks whole vaults, and '${source}' is not one`, "Give a vault, without @WHEN.");
    }
    vaults.push(found);
  }
  const codes: ExitCode[] = [];
  for (const source of vaults) codes.push(await verifyOne(run, source, vaults.length === 1));
  return worstExit(codes);
}

async function verifyOne(run: Run, source: Source, isOnly: boolean): Promise<ExitCode> {
  const { flags, terminal } = run;
  const { path } = source.place;
  using vault = await readVault(path);
  const snapshots = listSnapshots(vault.engine);
  const findings = collect(run, () => verifyVault(vault, { onStep: stepper(run) }));
  const isGood = findings.length === 0;
  const good = new Set(goodSnapshots(snapshots, findings));
  const digests = new Map(snapshots.map(({ number, digest }) => [digest, good.has(number)]));
  for (const [digest, isWhole] of digests) {
    await keepCheck(run, { source }, { digest, kind: "verify", isGood: isWhole });
  }
  if (flags.json) {
    const list = snapshots.map(({ number, takenAt }) => ({ number, start: takenAt, good: good.has(number) }));
    terminal.out(`${jsonText({ file: path, good: isGood, snapshots: list, findings }, isOnly ? 2 : 0)}\n`);
  } else {
    for (const { message } of findings.slice(0, SHOWN)) terminal.out(`${plainText(message)}\n`);
    if (findings.length > SHOWN) terminal.out(`and ${findings.length - SHOWN} more; --json lists all\n`);
    const lines = vaultVerdict(path, snapshots, findings);
    if (!isGood || !flags.quiet) terminal.out(`${lines.map(plainText).join("\n")}\n`);
  }
  return isGood ? EXIT.done : EXIT.different;
}

function stepper({ flags, terminal, clock, signal }: Run): (what: string, done: number, of: number) => void {
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  const share = new ShareLeft((what) => progress.report({ type: "checking", what }), () => clock.now());
  return (what, done, of) => {
    signal.throwIfAborted();
    share.step(what, done, of);
  };
}

/** A vault so damaged that reading it fails is a finding like any other. */
function collect({ terminal }: Run, check: () => Iterable<VaultFinding>): readonly VaultFinding[] {
  const findings: VaultFinding[] = [];
  try {
    for (const finding of check()) findings.push(finding);
  } catch (error) {
    if (error instanceof AnvilSqliteError && error.kind === "stopped") throw error;
    const message = `The vault cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`;
    findings.push({ kind: "integrity", table: null, row: null, message, snapshots: null });
  } finally {
    terminal.status(null);
  }
  return findings;
}
