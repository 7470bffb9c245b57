/**
 * The reference as Markdown: the same as the manual page, for reading on the web. Pure.
 */
import type { ExitCode } from "../../exit_codes.ts";
import { PROGRAM } from "../../version.ts";
import type { Description, Flag } from "../model/command.ts";
import { ENVIRONMENT_VARIABLES } from "../terminal/environment.ts";
import { EXIT_MEANINGS } from "../model/exit_status.ts";
import { flagText, PURPOSE, usage } from "./help.ts";
import { valueName } from "../model/parse_command.ts";

/** The reference of all commands. */
export function markdownManual(commands: readonly Description[]): string {
  const codes = (Object.keys(EXIT_MEANINGS).map(Number) as ExitCode[]).sort((a, b) => a - b);
  return blocks([
    `# ${PROGRAM}: reference`,
    PURPOSE,
    `Written by \`${PROGRAM} man --format markdown\`. \`${PROGRAM} COMMAND --help\` says the same.`,
    list(commands.map(({ name, summary }) => `[\`${name}\`](#${name}): ${summary}`)),
    ...commands.flatMap(commandBlocks),
    "## Environment",
    list(Object.entries(ENVIRONMENT_VARIABLES).map(([name, about]) => `\`${name}\`: ${prose(about)}`)),
    "## Exit status",
    list(codes.map((code) => `\`${code}\`: ${EXIT_MEANINGS[code]}`)),
  ]);
}

function commandBlocks(description: Description): readonly string[] {
  const { name, positionals, flags, examples, exits } = description;
  const options = Object.entries(flags).map(([flag, about]) => `${flagTerm(flag, about)}: ${prose(flagText(about))}`);
  const lines = examples.map(({ text, command }) => `# ${text}\n${PROGRAM} ${command}`);
  return [
    `## ${name}`,
    `\`${usage(description)}\``,
    ...description.description.map(prose),
    list(positionals.map((one) => `\`${one.name.toUpperCase()}\`: ${prose(one.description)}`)),
    list(options),
    `\`\`\`sh\n${lines.join("\n\n")}\n\`\`\``,
    `Exit status: ${[...exits].sort((a, b) => a - b).map((code) => `\`${code}\``).join(", ")}.`,
  ];
}

function flagTerm(name: string, flag: Flag): string {
  const term = `\`--${name}${valueName(flag) === "" ? "" : ` ${valueName(flag)}`}\``;
  return flag.short === undefined ? term : `\`-${flag.short}\`, ${term}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function blocks(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Flags, variables and URLs become code; other characters that mean something in Markdown are escaped. */
function prose(text: string): string {
  return text.split(CODE).map((part, i) => i % 2 === 1 ? `\`${part}\`` : part.replace(/[\\*_<>[\]`]/g, "\\$&")).join(
    "",
  );
}

const CODE = /((?<![\w-])--?[a-zA-Z][\w-]*|\b[A-Z]+_[A-Z_]+\b|\bwss?:\/\/[^\s;,]*[\w/])/;
