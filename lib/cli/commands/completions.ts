/**
 * `completions`: the script of one shell, from the table of commands.
 */
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { Invocation } from "../model/command.ts";
import { bashCompletions } from "../completions/bash.ts";
import { completionTable } from "../completions/completion_table.ts";
import { fishCompletions } from "../completions/fish.ts";
import { powershellCompletions } from "../completions/powershell.ts";
import { SHELLS } from "../completions/shells.ts";
import { zshCompletions } from "../completions/zsh.ts";
import type { COMPLETIONS } from "../descriptions/completions.ts";

const WRITERS = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
  powershell: powershellCompletions,
} as const;

/** Runs `completions` and returns its exit code. */
export function run({ positionals, terminal, commands }: Invocation<typeof COMPLETIONS>): Promise<ExitCode> {
  const shell = SHELLS.find((one) => one === positionals.shell) ?? "bash";
  terminal.out(WRITERS[shell](completionTable(commands)));
  return Promise.resolve(EXIT.done);
}
