/**
 * What a shell completes: words, values and short texts, made from the descriptions of commands once for all shells.
 * Pure; the files beside this one write them in each shell's language.
 */
import type { Description, Flag, Positional } from "../model/command.ts";

/**
 * What is completed when a value is expected: one of a few words, a file, a folder, or nothing that a shell could know.
 */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "file" | "folder" | "unknown" };

/** A flag as a shell sees it. */
export interface FlagCompletion {
  /** `-o`; null for a flag without a letter. */
  readonly short: string | null;
  /** `--output`. */
  readonly long: string;
  /** One line without a period. */
  readonly text: string;
  /** `FILE`; null for a switch. */
  readonly valueName: string | null;
  readonly values: Values;
  readonly repeatable: boolean;
}

/** An argument by position as a shell sees it. */
interface PositionalCompletion {
  readonly name: string;
  readonly values: Values;
  /** Whether any number of such words may follow. */
  readonly many: boolean;
}

/** A command as a shell sees it. */
export interface CommandCompletion {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly FlagCompletion[];
  /** What each argument by position may be. */
  readonly positionals: readonly PositionalCompletion[];
}

/** Everything that is completed. */
export interface CompletionTable {
  /** Flags before any command. */
  readonly flags: readonly FlagCompletion[];
  /** The commands, `help` first. */
  readonly commands: readonly CommandCompletion[];
}

const UNKNOWN = { kind: "unknown" } as const;

const HELP: FlagCompletion = {
  short: "-h",
  long: "--help",
  text: "Show this help",
  valueName: null,
  values: UNKNOWN,
  repeatable: false,
};

const VERBOSE: FlagCompletion = {
  ...HELP,
  short: "-v",
  long: "--verbose",
  text: "When something fails, also say what lies beneath",
};

const VERSION: FlagCompletion = { ...HELP, short: "-V", long: "--version", text: "Show the program's version" };

/** Makes the table for these commands. */
export function completionTable(descriptions: readonly Description[]): CompletionTable {
  const names = descriptions.map(({ name }) => name);
  const help: CommandCompletion = {
    name: "help",
    text: "Show the help of a command",
    flags: [],
    positionals: [{ name: "command", values: { kind: "words", words: names }, many: false }],
  };
  return { flags: [HELP, VERSION], commands: [help, ...descriptions.map(command)] };
}

function command({ name, summary, flags, positionals }: Description): CommandCompletion {
  return {
    name,
    text: summary,
    flags: [...Object.entries(flags).map(([long, flag]) => flagCompletion(long, flag)), VERBOSE, HELP],
    positionals: positionals.map((one) => ({ name: one.name, values: positionalValues(one), many: one.many ?? false })),
  };
}

function flagCompletion(name: string, flag: Flag): FlagCompletion {
  return {
    short: flag.short === undefined ? null : `-${flag.short}`,
    long: `--${name}`,
    text: firstSentence(flag.description),
    valueName: flag.kind === "switch" ? null : flag.kind === "choice" ? name.toUpperCase() : flag.value,
    values: flagValues(flag),
    repeatable: flag.kind === "list",
  };
}

function flagValues(flag: Flag): Values {
  if (flag.kind === "choice") return { kind: "words", words: flag.choices };
  return flag.kind === "switch" ? UNKNOWN : pathValues(flag.value);
}

function positionalValues({ name, choices }: Positional): Values {
  return choices === undefined ? pathValues(name.toUpperCase()) : { kind: "words", words: choices };
}

/** Whether a value is a file or a folder, by its name in `--help`. */
function pathValues(name: string): Values {
  if (/(^|-)(FILE|PATH|SOURCE|OTHER)$/.test(name)) return { kind: "file" };
  return /(^|-)(DIR|FOLDER)$/.test(name) ? { kind: "folder" } : UNKNOWN;
}

/** The first sentence, up to its period or semicolon; a period inside a name does not end it. */
function firstSentence(text: string): string {
  return /^.*?(?=[.;](?:\s|$))/s.exec(text)?.[0] ?? text;
}
