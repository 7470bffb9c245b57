/** Completions as each shell itself computes them, after sourcing the script; PowerShell's, which Debian lacks, as text. */
import assert from "node:assert/strict";
import { bashCompletions } from "../../lib/cli/completions/bash.ts";
import { completionTable } from "../../lib/cli/completions/completion_table.ts";
import { fishCompletions } from "../../lib/cli/completions/fish.ts";
import { powershellCompletions } from "../../lib/cli/completions/powershell.ts";
import { zshCompletions } from "../../lib/cli/completions/zsh.ts";
import { BACKUP } from "../../lib/cli/descriptions/backup.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { hasProgram, run } from "../fixtures/running/run.ts";
import { SAMPLE } from "../cli/sample_command.ts";

const DESCRIPTIONS = COMMANDS.map(({ description }) => description);
const TABLE = completionTable(DESCRIPTIONS);

interface Shell {
  readonly name: string;
  readonly script: string;
  /** Source that prints what a command line is completed with, a word a line; `$SCRIPT` is sourced first. */
  readonly ask: string;
}

const BASH: Shell = {
  name: "bash",
  script: bashCompletions(TABLE),
  // As readline calls it: the words of the line, and the index of the one under the cursor.
  ask: `source "$SCRIPT"
    complete -p anvil-sqlite | grep -q -- '-F _anvil_sqlite anvil-sqlite' || exit 1
    read -ra COMP_WORDS <<< "$LINE"
    [[ $LINE == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _anvil_sqlite
    printf '%s\\n' "\${COMPREPLY[@]}"`,
};

const ZSH: Shell = {
  name: "zsh",
  script: zshCompletions(TABLE),
  // An interactive zsh on a pseudo-terminal, where the Tab key shows the list that the completion system made.
  ask: `zmodload zsh/zpty
    zpty z 'PS1="BEGIN " TERM=dumb zsh -f -i'
    zpty -r z out '*BEGIN *'
    zpty -w z 'PROMPT= RPROMPT= ; unsetopt zle_bracketed_paste 2>/dev/null; LISTMAX=0; COLUMNS=200; LINES=400'
    zpty -w z 'autoload -Uz compinit; compinit -u -D; source '"$SCRIPT"
    zpty -w z 'zstyle ":completion:*" list-separator "#"; zstyle ":completion:*" insert-ids single; setopt no_list_beep auto_list no_auto_menu'
    zpty -w z 'compadd() { local i; for ((i = 1; i <= $#; i++)); do [[ $argv[i] == -O || $argv[i] == -A || $argv[i] == -D ]] && { builtin compadd "$@"; return }; done; local -a found; builtin compadd -A found "$@"; print -rl -- "WORD "$^found > /dev/stderr; builtin compadd "$@" }'
    zpty -w z 'echo READY'
    zpty -r z out '*READY*READY*' 
    zpty -n -w z "$LINE"$'\\t'
    zpty -n -w z $'\\C-u'"echo DONE"$'\\n'
    zpty -r z out '*DONE*DONE*'
    print -r -- "$out" | tr -d '\\r' | sed -n 's/^.*WORD //p'
    zpty -d z`,
};

const FISH: Shell = {
  name: "fish",
  script: fishCompletions(TABLE),
  ask: `source "$SCRIPT"; complete -C "$LINE"`,
};

async function completed(shell: Shell, line: string): Promise<readonly string[]> {
  using dir = tempDir();
  const script = dir.file("script");
  await Deno.writeTextFile(script, shell.script);
  const env = { SCRIPT: script, LINE: line, HOME: dir.path, XDG_CONFIG_HOME: dir.path, XDG_DATA_HOME: dir.path };
  await Deno.writeTextFile(dir.file("some file.sqlite"), "");
  await Deno.mkdir(dir.file("some folder"));
  const { code, out, err } = await run(shell.name, ["-c", shell.ask], { env, cwd: dir.path });
  assert.equal(code, 0, err);
  return [...new Set(out.split("\n").map((word) => word.replace(/\t.*/, "").trim()).filter((word) => word !== ""))]
    .sort();
}

const NAMES = DESCRIPTIONS.map(({ name }) => name);

for (const shell of [BASH, ZSH, FISH]) {
  const there = Deno.build.os !== "windows" && await hasProgram(shell.name);
  const name = there ? shell.name : `${shell.name} (skipped: it is not installed; apt-get install ${shell.name})`;

  Deno.test({
    name: `completions of ${name} offer every command`,
    ignore: !there,
    fn: async () => {
      const words = (await completed(shell, "anvil-sqlite ")).filter((word) => !word.startsWith("-"));
      assert.deepEqual(words, ["help", ...NAMES].sort());
      assert.deepEqual(await completed(shell, "anvil-sqlite ba"), ["backup"]);
    },
  });

  Deno.test({
    name: `completions of ${name} offer a command's flags, their values, and commands after help`,
    ignore: !there,
    fn: async () => {
      const flags = await completed(shell, "anvil-sqlite backup --");
      assert.deepEqual(flags, ["help", "verbose", ...Object.keys(BACKUP.flags)].map((flag) => `--${flag}`).sort());
      assert.deepEqual(await completed(shell, "anvil-sqlite schema --format "), ["anvil-yaml", "json", "sql"]);
      assert.deepEqual(await completed(shell, "anvil-sqlite completions "), ["bash", "fish", "powershell", "zsh"]);
      assert.deepEqual(await completed(shell, "anvil-sqlite help ver"), ["verify"]);
    },
  });
}

Deno.test("completions of bash leave files to bash, and offer folders or nothing where only they fit", () => {
  assert.match(BASH.script, /^complete -o default -F _anvil_sqlite anvil-sqlite$/m);
  const script = bashCompletions(completionTable([SAMPLE]));
  assert.match(script, /-o \| --output\) _anvil_sqlite_folders; return ;;/);
  assert.match(script, /--table\) _anvil_sqlite_none; return ;;/);
  assert.match(script, /--format\) words="sql json" ;;/);
});

Deno.test("completions of fish offer files for a file argument, and only folders for a folder", {
  ignore: Deno.build.os === "windows" || !await hasProgram("fish"),
}, async () => {
  assert.deepEqual(await completed(FISH, "anvil-sqlite verify so"), ["some file.sqlite", "some folder/"]);
  assert.deepEqual(await completed(FISH, "anvil-sqlite demo -o so"), ["some folder/"]);
});

Deno.test("completions of PowerShell register every command, flag and value", () => {
  const script = powershellCompletions(completionTable([{ ...SAMPLE, summary: "It's one" }]));
  assert.match(script, /^Register-ArgumentCompleter -Native -CommandName 'anvil-sqlite' -ScriptBlock \{$/m);
  assert.match(script, /^ {4}, @\('fetch', 'It''s one'\)$/m);
  for (const flag of Object.keys(SAMPLE.flags)) {
    assert.match(script, new RegExp(`^ {6}, @\\('--${flag}', '.+'\\)$`, "m"));
  }
  assert.match(script, /^ {4}'fetch --format' = @\(\n {6}, @\('sql', 'sql'\)\n {6}, @\('json', 'json'\)\n {4}\)$/m);
  for (const [open, close] of ["()", "{}", "[]"].map((pair) => [...pair])) {
    assert.equal(script.split(open ?? "").length, script.split(close ?? "").length);
  }
});

Deno.test("no text of a completion begins a new line or ends in a period", () => {
  for (const { text, flags } of TABLE.commands) {
    for (const one of [text, ...flags.map((flag) => flag.text)]) assert.match(one, /^[A-Z].*[^.]$/);
  }
});
