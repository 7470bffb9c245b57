/**
 * What a command is: one description, from which its parsing, `--help`, completions and manual come, and the invocation
 * that its body receives. Types only; the descriptions are in `descriptions/`, the bodies in `commands/`.
 */
import type { Clock } from "../../clock.ts";
import type { ExitCode } from "../../exit_codes.ts";
import type { Environment, EnvironmentName } from "../terminal/environment.ts";
import type { Secrets } from "../terminal/secrets.ts";
import type { Terminal } from "../terminal/terminal.ts";

interface FlagText {
  /** One letter. */
  readonly short?: string;
  /** A sentence or two, for `--help`. */
  readonly description: string;
}

interface ValueName {
  /** How `--help` calls the value, such as `FILE`. */
  readonly value: string;
}

/** A flag without a value: true when it is on the command line. */
interface SwitchFlag extends FlagText {
  readonly kind: "switch";
}

/** A flag with any value, empty ones refused. */
interface TextFlag extends FlagText, ValueName {
  readonly kind: "text";
  /** Variable that is used when the flag is missing. */
  readonly env?: EnvironmentName;
  readonly default?: string;
  /** The form that a value must have; without this, any text. */
  readonly is?: "websocket-url";
}

/** A flag that may be repeated: a list of values, empty when it is missing. */
interface ListFlag extends FlagText, ValueName {
  readonly kind: "list";
}

/** A flag with a whole number. */
interface IntegerFlag extends FlagText, ValueName {
  readonly kind: "integer";
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A flag with a length of time, such as `90s`, `10m` or `2h`; in milliseconds once parsed. */
interface DurationFlag extends FlagText, ValueName {
  readonly kind: "duration";
  /** Whether the time may be longer than a day. */
  readonly days?: true;
}

/** A flag with one of a few values. */
interface ChoiceFlag extends FlagText {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

/** Any flag. */
export type Flag = SwitchFlag | TextFlag | ListFlag | IntegerFlag | DurationFlag | ChoiceFlag;

/** An argument by position. */
export interface Positional {
  /** Lower case; `--help` shows it in capitals. */
  readonly name: string;
  readonly description: string;
  /** Whether it may be left out; it comes after all that may not. */
  readonly optional?: true;
  /** Whether there may be any number of them; only the last argument can have this. */
  readonly many?: true;
  /** The only values that it may have. */
  readonly choices?: readonly string[];
}

/** A line to copy. */
export interface Example {
  readonly text: string;
  /** Without the program's name. */
  readonly command: string;
}

/** Everything about a command except its body. */
export interface Description {
  readonly name: string;
  /** One line for the list of commands, without a period. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly positionals: readonly Positional[];
  /** By long name, without dashes; in the order of `--help`. */
  readonly flags: Readonly<Record<string, Flag>>;
  readonly examples: readonly Example[];
  readonly environment: readonly EnvironmentName[];
  readonly exits: readonly ExitCode[];
}

/** Value of a flag once parsed; null when it is missing and has no default. */
type FlagValue<F extends Flag> = F extends SwitchFlag ? boolean
  : F extends ListFlag ? readonly string[]
  : F extends IntegerFlag ? number | Absent<F>
  : F extends DurationFlag ? number | null
  : F extends ChoiceFlag ? F["choices"][number] | Absent<F>
  : string | Absent<F>;

type Absent<F> = F extends { readonly default: string | number } ? never : null;

/** Values of a command's flags, by long name. */
export type FlagValues<D extends Description> = { readonly [Name in keyof D["flags"]]: FlagValue<D["flags"][Name]> };

/**
 * Values of a command's arguments, by name; null for an optional one that was left out, a list for one that may be
 * repeated.
 */
export type PositionalValues<D extends Description> = {
  readonly [P in D["positionals"][number] as P["name"]]: P extends { readonly many: true } ? readonly string[]
    : P extends { readonly optional: true } ? string | null
    : string;
};

/** What the command line says for a command. */
export interface Arguments<D extends Description> {
  /** Names of the flags that were on the command line or set by their variables; the other values are defaults. */
  readonly given: ReadonlySet<string>;
  readonly positionals: PositionalValues<D>;
  readonly flags: FlagValues<D>;
}

/** What a command may touch outside of itself. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly clock: Clock;
  /** URL of the main module, which a second thread can run. */
  readonly mainModule: string;
  /** Aborted by the first Ctrl-C: the command should stop cleanly and throw the signal's reason. */
  readonly signal: AbortSignal;
  /** What must never be printed. */
  readonly secrets: Secrets;
  /** Standard input, for a text that is read from `-`; it can be read once. */
  readonly standardInput: () => ReadableStream<Uint8Array>;
  /** Asks for a line that is not shown; null when nobody can be asked. */
  readonly askSecret: (message: string) => string | null;
  /** Asks for a line that is shown; null when nobody can be asked. */
  readonly askLine: (message: string) => Promise<string | null>;
}

/** What a command's body receives. */
export interface Invocation<D extends Description> extends Arguments<D>, Surroundings {
  /** All commands of the program, in the order of `--help`: what the manual and the completions are made of. */
  readonly commands: readonly Description[];
}

/** A module under `commands/`. */
export interface CommandBody<D extends Description> {
  /** Carries out the command. Errors are thrown, for `report.ts`. */
  run(invocation: Invocation<D>): Promise<ExitCode>;
}
