/**
 * `drill`: runs a restore drill, and prints the line that an auditor can keep.
 */
import type { OpenArchive } from "../../archive/open_archive.ts";
import { basename } from "../../deps.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { type DrillResult, runDrill } from "../../round_trip/drill.ts";
import { openSource } from "../../restore/plan/open_backup.ts";
import type { ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { countOf } from "../../ui/text/count.ts";
import { duration } from "../../ui/text/duration.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { PROGRAM, VERSION } from "../../version.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { DRILL } from "../descriptions/drill.ts";
import { eachSource, type SourcePlace } from "../sources/each_source.ts";
import { keepCheck } from "../sources/keep_check.ts";
import { differences } from "../output/restore_text.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** Runs `drill` and returns its exit code. */
export async function run(invocation: Invocation<typeof DRILL>): Promise<ExitCode> {
  return await eachSource(
    invocation,
    invocation.positionals.source,
    (chosen, place) => drillOne(invocation, chosen, place),
  );
}

async function drillOne(
  { flags, terminal, clock, signal }: Invocation<typeof DRILL>,
  chosen: ChosenSnapshot,
  { isOnly }: SourcePlace,
): Promise<ExitCode> {
  const { name, open } = chosen;
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  const date = new Date(clock.now());
  try {
    const onStep = (what: string) => {
      signal.throwIfAborted();
      progress.report({ type: "checking", what: `the file: ${what}` });
    };
    await using file = await open();
    await using source = await openSource(file.path, { force: flags.force, onStep });
    const storage = flags.storage === "split" ? "split" : "classic";
    const drill = await runDrill({ archive: source.archive, progress, clock, signal, storage });
    progress.close();
    const { plan: { losses, changes }, result: { proof } } = drill;
    const notes = [...source.notes, ...[...losses, ...changes, ...proof.respelled].map(({ message }) => message)];
    const digest = String(source.archive.catalogue.provenance.get("digest") ?? "");
    await keepCheck({ clock, terminal }, chosen, { digest, kind: "drill", isGood: proof.differing === 0 });
    if (flags.json) {
      terminal.out(
        `${JSON.stringify({ date: date.toISOString(), file: name, notes, ...drill }, null, isOnly ? 2 : 0)}\n`,
      );
    } else {
      for (const note of notes) terminal.line(warningLine(note, terminal.color));
      for (const line of differences(proof.differences, proof.differing)) terminal.line(line);
      terminal.out(`${drillLine(date, name, source.archive, drill)}\n`);
    }
    return proof.differing === 0 ? EXIT.done : EXIT.different;
  } finally {
    progress.close();
  }
}

/** One line with a date and all that an auditor asks: which file, how much, how it ended, and by which program. */
function drillLine(date: Date, file: string, { catalogue }: OpenArchive, { plan, result }: DrillResult): string {
  const { proof, elapsedMs } = result;
  const outcome = proof.differing === 0 ? "equal" : `DIFFERENT (${countOf(proof.differing, "difference")})`;
  const digest = String(catalogue.provenance.get("digest") ?? "none");
  const what = [
    countOf(plan.tables.length, "table"),
    countOf(proof.rows, "row"),
    countOf(proof.links, "link"),
    `${countOf(proof.media, "media file")} (${byteSize(proof.mediaBytes)})`,
  ].join(", ");
  const lost = plan.losses.length === 0
    ? ""
    : `, apart from what the backup cannot give back (${plan.losses.length} notes)`;
  const changed = plan.changes.length === 0
    ? ""
    : `, apart from what this storage keeps otherwise (${plan.changes.length} notes)`;
  return `${date.toISOString()} restore drill of ${
    plainText(basename(file))
  } (digest ${digest}): ${what} restored into ` +
    `an empty app and read back: ${outcome}${lost}${changed}; ${duration(elapsedMs)}, ${PROGRAM} ${VERSION}`;
}
