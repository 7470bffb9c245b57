/**
 * `man`: what its `--help` says and what it takes.
 */
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `man`: its arguments, flags, examples and help texts. */
export const MAN = {
  name: "man",
  summary: "Print the manual page, or the reference as Markdown",
  description: [
    "Prints the whole manual: every command with its flags, examples and exit codes, as a page for man, or as Markdown. " +
    "It says the same as --help. With --format json-schema it prints the JSON Schema of everything that --json prints.",
  ],
  positionals: [],
  flags: {
    format: {
      kind: "choice",
      choices: ["roff", "markdown", "json-schema"],
      description: "Write for man, for a web page, or the JSON Schema of what --json prints.",
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
