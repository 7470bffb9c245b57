/**
 * `man`: what its `--help` says and what it takes.
 */
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The `man` command. */
export const MAN = {
  name: "man",
  summary: "Print the manual page, or the reference as Markdown",
  description: [
    "Prints the whole manual: every command with its flags, examples and exit codes, as a page for man, or as Markdown. " +
    "It says the same as --help.",
  ],
  positionals: [],
  flags: {
    format: {
      kind: "choice",
      choices: ["roff", "markdown"],
      description: "Write for man, or for a web page.",
      default: "roff",
    },
  },
  examples: [
    { text: "Read it", command: "man | man -l -" },
    { text: "Install it", command: "man > ~/.local/share/man/man1/anvil-sqlite.1" },
  ],
  environment: [],
  exits: COMMON_EXITS,
} as const satisfies Description;
