/**
 * `vault add`: takes finished backups into a vault, and says for each what changed.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode, worstExit } from "../../exit_codes.ts";
import { findSource, listPlace } from "../../source/find_source.ts";
import { passedOverLines } from "../../source/passed_over_lines.ts";
import type { PassedOver } from "../../source/folder.ts";
import { inOrder, type SourceSnapshot } from "../../source/snapshot.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { VaultAdder } from "../../vault/add_snapshots.ts";
import type { TakenIn } from "../../vault/take_in/take_in.ts";
import type { VAULT } from "../descriptions/vault.ts";
import { helperModule } from "../input/helper_module.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";
import { changesText } from "../output/changes_text.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { errorDocument } from "../terminal/error_document.ts";
import { reportError } from "../terminal/report.ts";

/** Runs `vault` and returns its exit code. */
export async function run(invocation: Invocation<typeof VAULT>): Promise<ExitCode> {
  const { positionals, flags, terminal, clock, signal } = invocation;
  const snapshots = await filesToAdd(invocation);
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  const codes: ExitCode[] = [];
  await using adder = new VaultAdder(positionals.vault, {
    force: flags.force,
    now: () => new Date(clock.now()),
    helperModule: helperModule(invocation.mainModule),
    onStep: (table) => {
      signal.throwIfAborted();
      progress.report({ type: "checking", what: `table ${table}` });
    },
  });
  try {
    await adder.open();
    for (const snapshot of snapshots) {
      signal.throwIfAborted();
      try {
        tell(invocation, snapshot.name, await adder.add(snapshot));
      } catch (error) {
        // A file that cannot be taken in does not stop the others; a vault that cannot be written does.
        const isItsOwn = error instanceof AnvilSqliteError && ["usage", "file"].includes(error.kind);
        if (!isItsOwn || snapshots.length === 1 || error.code === "damaged-vault") throw error;
        codes.push(tellFailure(invocation, snapshot.name, error));
      }
    }
    return worstExit(codes);
  } finally {
    progress.close();
  }
}

async function filesToAdd(invocation: Invocation<typeof VAULT>): Promise<readonly SourceSnapshot[]> {
  const context = sourceContext(invocation);
  const { file: names, vault } = invocation.positionals;
  const snapshots: SourceSnapshot[] = [];
  const passedOver: PassedOver[] = [];
  for (const name of names) {
    const { place, when } = await findSource(name, context);
    if (when !== null) throw usageError(`'${name}' names one snapshot`, "Give files or folders, without @WHEN.");
    const listed = await listPlace(place, context);
    snapshots.push(...listed.snapshots);
    passedOver.push(...listed.passedOver.filter(({ path }) => path !== vault));
  }
  for (const line of passedOverLines(passedOver, context.quiet)) context.note(line);
  if (snapshots.length > 0) return inOrder(snapshots);
  throw new AnvilSqliteError(`There is no backup in '${names.join("', '")}'`, {
    code: "no-such-snapshot",
    hint: "Give backups that 'anvil-sqlite backup' has written, or a folder of them.",
  });
}

function tell({ flags, terminal }: Invocation<typeof VAULT>, file: string, { snapshot, already }: TakenIn): void {
  const { number, takenAt, complete, rows, changes, digest } = snapshot;
  if (flags.json) {
    terminal.out(`${jsonText({ file, number, start: takenAt, already, complete, rows, changes, digest })}\n`);
    return;
  }
  if (flags.quiet) return;
  const what = already ? "is in already" : changesText(changes);
  terminal.out(`${plainText(`#${number}  ${takenAt}  ${file}  ${what}`)}\n`);
}

function tellFailure({ flags, terminal }: Invocation<typeof VAULT>, file: string, error: AnvilSqliteError): ExitCode {
  const { message, exitCode } = error;
  if (flags.json) terminal.out(`${jsonText({ file, error: errorDocument(error) })}\n`);
  else terminal.line(reportError(error, terminal.color).text ?? message);
  return exitCode === EXIT.done ? EXIT.failed : exitCode;
}
