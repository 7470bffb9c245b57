/**
 * The completion script of PowerShell, for its profile. Pure. Where nothing is offered, PowerShell completes file names.
 */
import { FULL_VERSION, PROGRAM } from "../../version.ts";
import type { CommandCompletion, CompletionTable, FlagCompletion } from "./completion_table.ts";

/** The completion script as text, ready to be sourced or saved. */
export function powershellCompletions({ flags, commands }: CompletionTable): string {
  return `# PowerShell completion of ${PROGRAM} ${FULL_VERSION}

Register-ArgumentCompleter -Native -CommandName ${quote(PROGRAM)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  $program = @(
${[...commands.map(({ name, text }) => item(name, text)), ...flags.flatMap(flagItems)].join("\n")}
  )
  $flags = @{
${commands.map(flagTable).join("\n")}
  }
  $values = @{
${commands.flatMap(valueTables).join("\n")}
  }

  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '' -and $words.Count -gt 0) {
    $words = @($words | Select-Object -SkipLast 1)
  }
  if ($words.Count -eq 0) {
    $offered = $program
  } else {
    $command = $words[0]
    $previous = $words[-1]
    if ($values.ContainsKey("$command $previous")) {
      $offered = $values["$command $previous"]
    } elseif ($wordToComplete.StartsWith('-')) {
      $offered = $flags[$command]
    } else {
      $offered = $values["$command "]
    }
  }
  $offered | Where-Object { $_ -and $_[0].StartsWith($wordToComplete) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

function flagTable({ name, flags }: CommandCompletion): string {
  return `    ${quote(name)} = @(\n${flags.flatMap(flagItems).map((line) => `  ${line}`).join("\n")}\n    )`;
}

/** Values by command and flag; an empty flag means the first argument. */
function valueTables({ name, flags, positionals }: CommandCompletion): readonly string[] {
  const ofFlags = flags.flatMap(({ short, long, values }) =>
    values.kind === "words"
      ? [...(short === null ? [] : [short]), long].map((flag) => valueTable(`${name} ${flag}`, values.words))
      : []
  );
  const first = positionals[0]?.values;
  return first?.kind === "words" ? [...ofFlags, valueTable(`${name} `, first.words)] : ofFlags;
}

function valueTable(key: string, words: readonly string[]): string {
  return `    ${quote(key)} = @(\n${words.map((word) => `  ${item(word, word)}`).join("\n")}\n    )`;
}

function flagItems({ short, long, text }: FlagCompletion): readonly string[] {
  return [...(short === null ? [] : [short]), long].map((name) => item(name, text));
}

/** The comma keeps a list with one pair a list of pairs. */
function item(word: string, text: string): string {
  return `    , @(${quote(word)}, ${quote(text)})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
