/**
 * The completion script of zsh: a file for a folder of `$fpath`, which also works when it is sourced. Pure.
 */
import { FULL_VERSION, PROGRAM } from "../../version.ts";
import type { CommandCompletion, CompletionTable, FlagCompletion, Values } from "./completion_table.ts";

/** The completion script as text, ready to be sourced or saved. */
export function zshCompletions({ flags, commands }: CompletionTable): string {
  return `#compdef ${PROGRAM}
# zsh completion of ${PROGRAM} ${FULL_VERSION}

_anvil-sqlite() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C ${[...flags.map(argument), "'1: :->command'", "'*:: :->arguments'"].join(" ")} && return
  case $state in
    command)
      local -a commands=(
${commands.map(({ name, text }) => `        ${quote(`${name}:${text}`)}`).join("\n")}
      )
      _describe command commands
      ;;
    arguments)
      case $line[1] in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _anvil-sqlite "$@"
else
  compdef _anvil-sqlite ${PROGRAM}
fi
`;
}

function commandCase({ name, flags, positionals }: CommandCompletion): string {
  const places = positionals.map((one, i) => quote(`${one.many ? "*" : i + 1}:${one.name}:${action(one.values)}`));
  const lines = [...flags.map(argument), ...places].map((line) => ` \\\n            ${line}`);
  return `        ${name})\n          _arguments -s${lines.join("")}\n          ;;`;
}

/** A flag as `_arguments` takes it; once it is typed, neither it nor its other name is offered again. */
function argument({ short, long, text, valueName, values, repeatable }: FlagCompletion): string {
  const names = [...(short === null ? [] : [short]), long];
  const excluded = repeatable ? "*" : `(${names.join(" ")})`;
  const value = valueName === null ? "" : `:${valueName}:${action(values)}`;
  const about = `[${escape(text)}]${value}`;
  return names.map((name) => {
    // `+` and `=`: the value may be in the same word or in the next.
    const joint = valueName === null ? "" : name === long ? "=" : "+";
    return quote(`${excluded}${name}${joint}${about}`);
  }).join(" ");
}

function action(values: Values): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "unknown":
      return " ";
  }
}

function escape(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
