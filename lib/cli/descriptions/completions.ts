/**
 * `completions`: what its `--help` says and what it takes.
 */
import type { Description } from "../model/command.ts";
import { SHELLS } from "../completions/shells.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `completions`: its arguments, flags, examples and help texts. */
export const COMPLETIONS = {
  name: "completions",
  summary: "Print the completion script of a shell",
  description: [
    "Prints a script that teaches a shell this program's commands, flags and their values, so that the Tab key completes " +
    "them. The script is complete in itself: it does not run this program.",
  ],
  positionals: [{ name: "shell", description: `The shell: ${SHELLS.join(", ")}.`, choices: SHELLS }],
  flags: {},
  examples: [
    {
      text: "bash: for every new shell",
      command: "completions bash > ~/.local/share/bash-completion/completions/anvil-sqlite",
    },
    { text: "zsh: into a folder of $fpath", command: "completions zsh > ~/.zfunc/_anvil-sqlite" },
    { text: "fish", command: "completions fish > ~/.config/fish/completions/anvil-sqlite.fish" },
    { text: "PowerShell: load it from $PROFILE", command: "completions powershell > anvil-sqlite.ps1" },
  ],
  environment: [],
  exits: COMMON_EXITS,
} as const satisfies Description;
