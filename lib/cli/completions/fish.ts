/**
 * The completion script of fish. Pure.
 */
import { FULL_VERSION, PROGRAM } from "../../version.ts";
import type { CommandCompletion, CompletionTable, FlagCompletion, Values } from "./completion_table.ts";

/** The completion script as text, ready to be sourced or saved. */
export function fishCompletions({ flags, commands }: CompletionTable): string {
  const names = commands.map(({ name }) => name).join(" ");
  return [
    `# fish completion of ${PROGRAM} ${FULL_VERSION}`,
    "",
    `set -l commands ${names}`,
    `complete -c ${PROGRAM} -f`,
    ...flags.map((flag) => flagLine('"not __fish_seen_subcommand_from $commands"', flag)),
    ...commands.map(({ name, text }) =>
      `complete -c ${PROGRAM} -n "not __fish_seen_subcommand_from $commands" -a ${name} -d ${quote(text)}`
    ),
    ...commands.flatMap(commandLines),
    "",
  ].join("\n");
}

function commandLines({ name, flags, positionals }: CommandCompletion): readonly string[] {
  const within = `"__fish_seen_subcommand_from ${name}"`;
  return [
    "",
    ...flags.map((flag) => flagLine(within, flag)),
    ...positionals.map(({ values }) => `complete -c ${PROGRAM} -n ${within} ${argumentOptions(values)}`),
  ];
}

function flagLine(within: string, { short, long, text, valueName, values }: FlagCompletion): string {
  const names = `${short === null ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const value = valueName === null ? "" : ` ${valueOptions(values)}`;
  return `complete -c ${PROGRAM} -n ${within} ${names}${value} -d ${quote(text)}`;
}

function valueOptions(values: Values): string {
  return values.kind === "file" ? "-r -F" : `-x${offered(values)}`;
}

function argumentOptions(values: Values): string {
  return values.kind === "file" ? "-F" : `-f${offered(values)}`;
}

function offered(values: Values): string {
  switch (values.kind) {
    case "words":
      return ` -a ${quote(values.words.join(" "))}`;
    case "folder":
      return ` -a "(__fish_complete_directories)"`;
    case "file":
    case "unknown":
      return "";
  }
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
