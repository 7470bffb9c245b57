/**
 * The manual page, in the man macros that both groff and mandoc know. Pure.
 */
import type { ExitCode } from "../../exit_codes.ts";
import { wrapText } from "../../ui/text/wrap_text.ts";
import { BUILD } from "../../build_info.ts";
import { FULL_VERSION, HOME_PAGE, PROGRAM } from "../../version.ts";
import type { Description, Example, Flag } from "../model/command.ts";
import { ENVIRONMENT_VARIABLES } from "../terminal/environment.ts";
import { EXIT_MEANINGS } from "../model/exit_status.ts";
import { flagText, PURPOSE, usage } from "./help.ts";
import { valueName } from "../model/parse_command.ts";

/** The manual page of all commands, as roff. */
export function roffManual(commands: readonly Description[]): string {
  return [
    `.TH ${PROGRAM.toUpperCase()} 1 "${BUILD?.date ?? ""}" ${quoted(`${PROGRAM} ${FULL_VERSION}`)} "User Commands"`,
    ".SH NAME",
    `${text(PROGRAM)} \\- back up Anvil Data Tables into SQLite, and bring them back`,
    ".SH SYNOPSIS",
    `.B ${text(PROGRAM)}`,
    ".I COMMAND",
    "[\\fIOPTIONS\\fR]",
    ".br",
    `.B ${text(`${PROGRAM} help`)}`,
    ".I COMMAND",
    ".SH DESCRIPTION",
    ...lines(PURPOSE),
    ".SH COMMANDS",
    ...commands.flatMap(commandSection),
    ".SH ENVIRONMENT",
    ...Object.entries(ENVIRONMENT_VARIABLES).flatMap(([name, about]) => item(`\\fB${text(name)}\\fR`, about)),
    ".SH EXIT STATUS",
    ...(Object.keys(EXIT_MEANINGS).map(Number) as ExitCode[]).sort((a, b) => a - b)
      .flatMap((code) => item(String(code), EXIT_MEANINGS[code])),
    ".SH SEE ALSO",
    ".BR sqlite3 (1)",
    ".PP",
    text(HOME_PAGE),
    "",
  ].join("\n");
}

function commandSection(description: Description): readonly string[] {
  const { name, summary, positionals, flags, examples, exits } = description;
  return [
    `.SS ${text(name)}`,
    `${text(summary)}.`,
    ".PP",
    `.B ${text(usage(description))}`,
    ...description.description.flatMap((paragraph) => [".PP", ...lines(paragraph)]),
    ...positionals.flatMap((one) => item(`\\fI${text(one.name.toUpperCase())}\\fR`, one.description)),
    ...Object.entries(flags).flatMap(([flag, about]) => item(flagTerm(flag, about), flagText(about))),
    ...examples.flatMap(example),
    ".PP",
    `Exit status: ${[...exits].sort((a, b) => a - b).join(", ")}.`,
  ];
}

function flagTerm(name: string, flag: Flag): string {
  const names = [...(flag.short === undefined ? [] : [`-${flag.short}`]), `--${name}`];
  const value = valueName(flag);
  return names.map((one) => `\\fB${text(one)}\\fR`).join(", ") + (value === "" ? "" : ` \\fI${text(value)}\\fR`);
}

function item(term: string, about: string): readonly string[] {
  return [".TP", term, ...lines(about)];
}

function example({ text: about, command }: Example): readonly string[] {
  return [".PP", `${text(about)}:`, ".PP", ".RS 4", ".nf", text(`${PROGRAM} ${command}`), ".fi", ".RE"];
}

/** Prose, each sentence on a source line of its own if it fits 80 columns even with escapes. */
function lines(prose: string): readonly string[] {
  return wrapText(prose, WIDTH).map(text);
}

const WIDTH = 60;

/** Text as roff prints it: a dash stays a dash for copying, and no line begins with a control character. */
function text(plain: string): string {
  return plain.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha")
    .replaceAll("'", "\\(aq").replace(/^\./, "\\&.");
}

function quoted(plain: string): string {
  return `"${text(plain)}"`;
}
