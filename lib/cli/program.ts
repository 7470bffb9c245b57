/**
 * The program from its arguments to its exit code: it finds the command, runs it, and reports what went wrong. It never
 * ends the process. It reaches files, terminal and network only through its surroundings.
 */
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { PROGRAM } from "../version.ts";
import type { Surroundings } from "./model/command.ts";
import { type Command, COMMANDS } from "./commands.ts";
import { commandHelp, programHelp } from "./manual/help.ts";
import { causeLines } from "./terminal/cause_lines.ts";
import { errorDocument } from "./terminal/error_document.ts";
import { jsonText } from "../ui/text/json_text.ts";
import { outputLost, reportError, stoppedWhile } from "./terminal/report.ts";
import { closestWord } from "../ui/text/closest_word.ts";
import { shownWord, usageError } from "./model/usage_error.ts";
import { versionText } from "./output/version_text.ts";

/** Runs the program to its exit code; never throws. */
export async function runProgram(
  args: readonly string[],
  surroundings: Surroundings,
  commands: readonly Command[] = COMMANDS,
): Promise<ExitCode> {
  const { terminal, environment, secrets } = surroundings;
  for (const text of [...args, environment.get("ANVIL_UPLINK_URL") ?? ""]) secrets.addFrom(text);
  secrets.add(environment.get("ANVIL_UPLINK_KEY")?.trim() ?? "");
  const told = (error: unknown): ExitCode => {
    // Whatever error a command throws while it stops, the user wanted it to stop.
    const cause = surroundings.signal.aborted ? stoppedWhile(surroundings.signal, error) : error;
    const { text, exitCode } = reportError(cause, terminal.color);
    terminal.status(null);
    terminal.line(text);
    if (hasSwitch(args, "-v", "--verbose")) { for (const line of causeLines(cause)) terminal.line(line); }
    if (hasSwitch(args, "--json") && terminal.lost === null) {
      terminal.out(`${jsonText({ error: errorDocument(cause) })}\n`);
    }
    return exitCode;
  };
  try {
    const exitCode = await dispatch(args, surroundings, commands);
    // An exit code with a finding comes before one for data that could not be written.
    return exitCode === EXIT.done && terminal.lost !== null ? told(outputLost(terminal.lost)) : exitCode;
  } catch (error) {
    return told(error);
  }
}

/** Columns for help: a terminal knows its width; elsewhere COLUMNS may say it. */
function helpColumns({ terminal, environment }: Surroundings): number | undefined {
  const said = Number(environment.get("COLUMNS"));
  return terminal.outIsTerminal ? terminal.columns : said > 0 ? said : undefined;
}

/** Whether a switch is on the command line, even on one that could not be parsed. */
function hasSwitch(args: readonly string[], ...names: readonly string[]): boolean {
  const end = args.indexOf("--", 1);
  return args.slice(0, end < 0 ? args.length : end).some((arg) => names.includes(arg));
}

async function dispatch(
  args: readonly string[],
  surroundings: Surroundings,
  commands: readonly Command[],
): Promise<ExitCode> {
  const { terminal } = surroundings;
  // `deno task start -- backup` and `npm`-like habits put a `--` before everything.
  const [first, ...rest] = args[0] === "--" ? args.slice(1) : args;
  const columns = helpColumns(surroundings);
  const help = () => programHelp(commands.map((command) => command.description), columns);
  switch (first) {
    case undefined:
      // Help goes to stderr: stdout is for data, and no data was asked for.
      terminal.line(help().trimEnd());
      return EXIT.usage;
    case "-h":
    case "--help":
      terminal.out(help());
      return EXIT.done;
    case "-V":
    case "-v":
    case "--version":
      terminal.out(await versionText());
      return EXIT.done;
    case "help":
      terminal.out(rest[0] === undefined ? help() : commandHelp(findCommand(rest[0], commands).description, columns));
      return EXIT.done;
  }
  const command = findCommand(first, commands);
  const result = await command.start(rest, surroundings, commands.map(({ description }) => description));
  if (result !== "help") return result;
  terminal.out(commandHelp(command.description, columns));
  return EXIT.done;
}

function findCommand(word: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.description.name === word);
  if (found !== undefined) return found;
  const isFlag = word.startsWith("-");
  const names = isFlag ? ["help", "version"] : commands.map((command) => command.description.name);
  const close = closestWord(word.replace(/^-+/, ""), names);
  const hint = isFlag
    ? `Flags of a command come after its name; see '${PROGRAM} --help'.`
    : `See '${PROGRAM} --help' for the commands.`;
  throw usageError(
    `Unknown ${isFlag ? "flag" : "command"} '${shownWord(word)}'`,
    close === null ? hint : `Did you mean '${isFlag ? "--" : ""}${close}'?`,
  );
}
