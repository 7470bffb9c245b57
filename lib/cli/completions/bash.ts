/**
 * The completion script of bash, down to version 3.2, which macOS has. Pure. Where nothing is offered, bash completes
 * file names itself (`-o default`), with the right quoting.
 */
import { FULL_VERSION, PROGRAM } from "../../version.ts";
import type { CommandCompletion, CompletionTable, FlagCompletion, Values } from "./completion_table.ts";

/** The completion script as text, ready to be sourced or saved. */
export function bashCompletions({ flags, commands }: CompletionTable): string {
  const first = [...commands.map(({ name }) => name), ...flags.flatMap(flagWords)];
  return `# bash completion of ${PROGRAM} ${FULL_VERSION}

_anvil_sqlite() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words="" word
  # bash takes --flag=value apart.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    words="${first.join(" ")}"
  else
    case \${COMP_WORDS[1]} in
${commands.map(commandCase).join("\n")}
    esac
  fi
  while IFS= read -r word; do
    [[ -n $word ]] && COMPREPLY+=("$word")
  done < <(compgen -W "$words" -- "$cur")
}

# No other completion: not the names of files.
_anvil_sqlite_none() {
  compopt +o default 2> /dev/null
}

# Folders only.
_anvil_sqlite_folders() {
  compopt +o default -o dirnames 2> /dev/null
}

complete -o default -F _anvil_sqlite ${PROGRAM}
`;
}

function commandCase({ name, flags, positionals }: CommandCompletion): string {
  const valued = flags.filter(({ valueName }) => valueName !== null);
  const words = flags.flatMap(flagWords).join(" ");
  const argument = positionals[0]?.values;
  const plain = argument?.kind === "words" ? `words="${argument.words.join(" ")}"` : valueLine(argument ?? NONE);
  const cases = [
    ...valued.map((flag) => `          ${flagWords(flag).join(" | ")}) ${valueLine(flag.values)} ;;`),
    `          *) if [[ $cur == -* ]]; then words="${words}"; else ${plain}; fi ;;`,
  ];
  return `      ${name})\n        case $prev in\n${cases.join("\n")}\n        esac\n        ;;`;
}

const NONE: Values = { kind: "unknown" };

function valueLine(values: Values): string {
  switch (values.kind) {
    case "words":
      return `words="${values.words.join(" ")}"`;
    case "file":
      return "return";
    case "folder":
      return "_anvil_sqlite_folders; return";
    case "unknown":
      return "_anvil_sqlite_none; return";
  }
}

function flagWords({ short, long }: FlagCompletion): readonly string[] {
  return short === null ? [long] : [short, long];
}
