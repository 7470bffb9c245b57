/**
 * Runs a command for each source on its command line. One bad file does not keep the others from being read; the exit
 * code is the worst of all.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { type ExitCode, worstExit } from "../../exit_codes.ts";
import { chooseSnapshots, type ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import type { Surroundings } from "../model/command.ts";
import { errorDocument } from "../terminal/error_document.ts";
import { reportError } from "../terminal/report.ts";
import { sourceContext } from "./sources.ts";

/** Which of several sources is being read. */
export interface SourcePlace {
  /** Whether there is no other. */
  readonly isOnly: boolean;
  readonly isFirst: boolean;
}

/** What is needed from the run. */
interface Run extends Surroundings {
  readonly flags: { readonly json: boolean };
}

/**
 * Runs `body` for each snapshot that the sources mean.
 * @throws what `body` throws for the only one; for several, an error is printed and the next one is read
 */
export async function eachSource(
  run: Run,
  sources: readonly string[],
  body: (chosen: ChosenSnapshot, place: SourcePlace) => Promise<ExitCode>,
): Promise<ExitCode> {
  const all = await chooseSnapshots(sources, sourceContext(run));
  const isOnly = all.length === 1;
  const codes: ExitCode[] = [];
  for (const [i, chosen] of all.entries()) {
    try {
      codes.push(await body(chosen, { isOnly, isFirst: i === 0 }));
    } catch (error) {
      const isItsOwn = error instanceof AnvilSqliteError && error.kind !== "stopped";
      if (isOnly || !isItsOwn) throw error;
      codes.push(tell(run, chosen, error));
    }
  }
  return worstExit(codes);
}

function tell({ terminal, flags }: Run, { name }: ChosenSnapshot, error: AnvilSqliteError): ExitCode {
  const { message, exitCode } = error;
  if (flags.json) {
    terminal.out(`${jsonText({ file: name, error: errorDocument(error) })}\n`);
  } else {
    terminal.line(reportError(error, terminal.color).text ?? message);
  }
  return exitCode;
}
