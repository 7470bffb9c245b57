/**
 * Help texts from the descriptions of commands. Pure: descriptions in, text out, as wide as the terminal between 40 and 80 columns.
 */
import type { ExitCode } from "../../exit_codes.ts";
import { definitionList, wrapText } from "../../ui/text/wrap_text.ts";
import { PROGRAM, VERSION } from "../../version.ts";
import type { Description, Example, Flag, Positional } from "../model/command.ts";
import { ENVIRONMENT_VARIABLES, type EnvironmentName } from "../terminal/environment.ts";
import { EXIT_MEANINGS } from "../model/exit_status.ts";
import { valueName } from "../model/parse_command.ts";

/** Widest text that is good to read, in columns. */
const WIDEST = 80;
const NARROWEST = 40;

/** Width of a help text on a terminal with so many columns. */
function widthFor(columns: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}

const HELP_ITEM = ["-h, --help", "Show this help."] as const;

/** Flags that every command takes. */
const COMMON_ITEMS = [["-v, --verbose", "When something fails, also say what lies beneath."], HELP_ITEM] as const;

/** What the program is, in one sentence. */
export const PURPOSE =
  "Copies an Anvil app's Data Tables over the Uplink into one SQLite file that loses nothing, and serves such a file to any Uplink client.";

/** The help text of the whole program. */
export function programHelp(commands: readonly Description[], columns: number = WIDEST): string {
  const width = widthFor(columns);
  return sections([
    ["", [`${PROGRAM} ${VERSION}`, ...wrapText(PURPOSE, width)].join("\n")],
    ["USAGE", indented([`${PROGRAM} COMMAND [OPTIONS]`, `${PROGRAM} help COMMAND`])],
    ["COMMANDS", definitionList(commands.map(({ name, summary }) => [name, summary]), width)],
    ["OPTIONS", definitionList([HELP_ITEM, ["-V, --version", "Show the program's version."]], width)],
    ["EXAMPLES", examples([{ text: "See it work, without an account", command: "demo" }], width)],
    ["ENVIRONMENT", environment(Object.keys(ENVIRONMENT_VARIABLES) as EnvironmentName[], width)],
    ["EXIT STATUS", exitStatus(Object.keys(EXIT_MEANINGS).map(Number) as ExitCode[], width)],
  ]);
}

/** The help text of one command. */
export function commandHelp(description: Description, columns: number = WIDEST): string {
  const width = widthFor(columns);
  const { positionals, flags } = description;
  const options = Object.entries(flags).map(([flag, about]) => [flagTerm(flag, about), flagText(about)] as const);
  return sections([
    ["", description.description.map((paragraph) => wrapText(paragraph, width).join("\n")).join("\n\n")],
    ["USAGE", indented([usage(description)])],
    ["ARGUMENTS", definitionList(positionals.map((one) => [one.name.toUpperCase(), one.description]), width)],
    ["OPTIONS", definitionList([...options, ...COMMON_ITEMS], width)],
    ["EXAMPLES", examples(description.examples, width)],
    ["ENVIRONMENT", environment(description.environment, width)],
    ["EXIT STATUS", exitStatus(description.exits, width)],
  ]);
}

/** How a command is called, in one line. */
export function usage({ name, positionals }: Description): string {
  return [PROGRAM, name, ...positionals.map(usageWord), "[OPTIONS]"].join(" ");
}

function usageWord({ name, optional, many }: Positional): string {
  const word = `${name.toUpperCase()}${many ? "..." : ""}`;
  return optional ? `[${word}]` : word;
}

/** Sections of text, with a blank line between them and a line end. */
function sections(parts: readonly (readonly [title: string, text: string])[]): string {
  return parts.filter(([, text]) => text !== "")
    .map(([title, text]) => `${title === "" ? "" : `${title}\n`}${text}\n`).join("\n");
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function flagTerm(name: string, flag: Flag): string {
  return `${flag.short === undefined ? "   " : `-${flag.short},`} --${name} ${valueName(flag)}`.trimEnd();
}

/** What a flag does, with the words that all flags of its kind share. */
export function flagText(flag: Flag): string {
  const notes: string[] = [];
  if (flag.kind === "list") notes.push("May be repeated.");
  if (flag.kind === "text" && flag.env !== undefined) notes.push(`Environment: ${flag.env}.`);
  if ("default" in flag) notes.push(`Default: ${flag.default}.`);
  return [flag.description, ...notes].join(" ");
}

function examples(all: readonly Example[], width: number): string {
  return indented(all.flatMap(({ text, command }, i) => [
    ...(i === 0 ? [] : [""]),
    ...wrapText(text, width - 4).map((line) => `# ${line}`),
    `${PROGRAM} ${command}`,
  ])).replace(/^ +$/gm, "");
}

function environment(names: readonly EnvironmentName[], width: number): string {
  return definitionList(names.map((name) => [name, ENVIRONMENT_VARIABLES[name]]), width);
}

function exitStatus(codes: readonly ExitCode[], width: number): string {
  const sorted = [...codes].sort((a, b) => a - b);
  return definitionList(sorted.map((code) => [String(code).padStart(3), EXIT_MEANINGS[code]]), width);
}
