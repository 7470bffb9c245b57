/**
 * Reads a command's arguments by its description. Every mistake becomes a sentence, a hint and exit code 2. It reads
 * only the environment variables that a flag names, and opens nothing.
 */
import { parseArgs } from "../../deps.ts";
import type { Arguments, Description, Flag, FlagValues, PositionalValues } from "./command.ts";
import type { Environment } from "../terminal/environment.ts";
import { checkUrl, refuseKey } from "./check_value.ts";
import { readSpan } from "../../ui/text/read_span.ts";
import { closestWord } from "../../ui/text/closest_word.ts";
import { shownWord, usageError } from "./usage_error.ts";
import { PROGRAM } from "../../version.ts";

/**
 * The arguments, or `"help"` when that was asked for.
 * @throws {AnvilSqliteError} `usage` (exit 2)
 */
export function parseCommand<D extends Description>(
  description: D,
  args: readonly string[],
  environment: Environment,
): Arguments<D> | "help" {
  const words = splitWords(description, args);
  if (words.flags.get("help")?.includes(true)) return "help";
  const reader = new FlagReader(description, words, environment);
  reader.checkValues();
  checkUnknown(description, words.unknown);
  const positionals = readPositionals(description, words.positionals);
  const flags = Object.fromEntries(Object.keys(description.flags).map((name) => [name, reader.read(name)]));
  // The one place where the description's types and the values read by it meet.
  return {
    flags: flags as FlagValues<D>,
    positionals: positionals as PositionalValues<D>,
    given: new Set(Object.keys(description.flags).filter((name) => reader.isGiven(name))),
  };
}

interface Words {
  readonly positionals: readonly string[];
  /** The values of each declared flag, in order; "" for a missing value. */
  readonly flags: ReadonlyMap<string, readonly unknown[]>;
  /** Flags that are not declared, as typed, without value. */
  readonly unknown: readonly string[];
}

function splitWords(description: Description, args: readonly string[]): Words {
  const flags = Object.entries(description.flags);
  const switches = ["help", "verbose", ...flags.filter(([, flag]) => flag.kind === "switch").map(([name]) => name)];
  const valued = flags.filter(([, flag]) => flag.kind !== "switch").map(([name]) => name);
  const shorts = flags.flatMap(([name, flag]): [string, string][] => flag.short ? [[name, flag.short]] : []);
  const positionals: string[] = [];
  const unknown: string[] = [];
  const emptied: string[] = [];
  const parsed: Readonly<Record<string, unknown>> = parseArgs(withStandardInput(args, valued), {
    alias: Object.fromEntries([["help", "h"], ["verbose", "v"], ...shorts]),
    boolean: switches,
    string: valued,
    // All flags are collected, so that a repeated one is noticed.
    collect: [...switches, ...valued],
    "--": true,
    // Positionals are taken here, as typed: in `_` a word like `007` would become a number.
    unknown: (arg, name) => {
      if (name === undefined) positionals.push(arg);
      else if (name.endsWith("=") && name.slice(0, -1) in description.flags) emptied.push(name.slice(0, -1));
      else unknown.push(arg.startsWith("--") ? arg.replace(/=.*$/s, "") : `-${name}`);
      return false;
    },
  });
  const given = (name: string): readonly unknown[] => {
    const values = parsed[name];
    return [...(Array.isArray(values) ? values : []), ...(emptied.includes(name) ? [""] : [])];
  };
  const rest = parsed["--"];
  return {
    positionals: [...positionals, ...(Array.isArray(rest) ? rest.map(String) : [])],
    flags: new Map([...switches, ...valued].map((name) => [name, given(name)])),
    unknown,
  };
}

/** Turns `--schema -` into `--schema=-`: the parser takes any word that begins with a dash for a flag. */
function withStandardInput(args: readonly string[], valued: readonly string[]): string[] {
  const words: string[] = [];
  for (const arg of args) {
    const flag = words.at(-1) ?? "";
    const isValue = arg === "-" && flag.startsWith("--") && valued.includes(flag.slice(2)) && !words.includes("--");
    if (isValue) words.splice(-1, 1, `${flag}=-`);
    else words.push(arg);
  }
  return words;
}

class FlagReader {
  readonly #description: Description;
  readonly #words: Words;
  readonly #environment: Environment;

  constructor(description: Description, words: Words, environment: Environment) {
    this.#description = description;
    this.#words = words;
    this.#environment = environment;
  }

  #given(name: string): readonly unknown[] {
    return this.#words.flags.get(name) ?? [];
  }

  /** Checks for keys, and missing and repeated values, first: words after such a mistake are often misread. */
  checkValues(): void {
    for (const [name, flag] of Object.entries(this.#description.flags)) {
      if (flag.kind === "switch") continue;
      const given = this.#given(name);
      if (!MAY_HOLD_KEYS.has(name)) { for (const value of given) refuseKey(`Flag '--${name}'`, String(value)); }
      if (given.includes("")) throw this.#missing(name, flag);
      if (given.length > 1 && flag.kind !== "list") {
        throw usageError(`Flag '--${name}' is given ${given.length} times`, "Give it once.");
      }
    }
  }

  #missing(name: string, flag: Flag): Error {
    const example = `--${name} ${valueName(flag)}`;
    const short = flag.short === undefined ? "" : ` or -${flag.short} ${valueName(flag)}`;
    return usageError(
      `Flag '--${name}' needs a value`,
      `Write ${example}${short}; a value that begins with a dash as --${name}=VALUE.`,
    );
  }

  isGiven(name: string): boolean {
    const flag = this.#description.flags[name];
    if (this.#given(name).length > 0) return true;
    return flag?.kind === "text" && flag.env !== undefined && this.#environment.get(flag.env) !== null;
  }

  read(name: string): unknown {
    const flag = this.#description.flags[name];
    const given = this.#given(name);
    switch (flag?.kind) {
      case "switch":
        return given.at(-1) === true;
      case "list":
        return given.map(String);
      case "text":
        return this.#readText(name, flag) ?? flag.default ?? null;
      case "integer":
        return given.length === 0 ? flag.default ?? null : readInteger(name, String(given[0]), flag.min, flag.max);
      case "duration":
        return given.length === 0 ? null : readDuration(name, String(given[0]), flag.days === true);
      case "choice":
        if (given.length === 0) return flag.default ?? null;
        return readChoice(`Flag '--${name}'`, String(given[0]), flag.choices);
      case undefined:
        return null;
    }
  }

  #readText(name: string, flag: Extract<Flag, { readonly kind: "text" }>): string | null {
    const [given] = this.#given(name);
    const env = given === undefined ? flag.env : undefined;
    const value = env === undefined ? given : this.#environment.get(env);
    if (typeof value !== "string") return null;
    const source = env === undefined ? `Flag '--${name}'` : `Variable ${env}`;
    if (env !== undefined) refuseKey(source, value);
    if (flag.is === "websocket-url") checkUrl(source, value);
    return value;
  }
}

/** Flags whose SQL may search for a key. */
const MAY_HOLD_KEYS: ReadonlySet<string> = new Set(["where"]);

/** How `--help` calls a flag's value; empty for a switch. */
export function valueName(flag: Flag): string {
  return flag.kind === "switch" ? "" : flag.kind === "choice" ? flag.choices.join("|") : flag.value;
}

function readInteger(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw usageError(`Flag '--${name}' cannot be '${shownWord(text)}'`, `It is a whole number from ${min} to ${max}.`);
}

/** Longest times: a day, or a year for flags that allow days. */
const MAX_MS = { hours: 86_400_000, days: 366 * 86_400_000 } as const;

/** A length of time in milliseconds. A number without a unit is refused, except 0. */
function readDuration(name: string, text: string, days: boolean): number {
  const ms = text === "0" ? 0 : readSpan(text);
  if (ms !== null && ms <= (days ? MAX_MS.days : MAX_MS.hours)) return ms;
  throw usageError(
    `Flag '--${name}' cannot be '${shownWord(text)}'`,
    days
      ? "It is a number with its unit, such as 90m, 20h or 7d."
      : "It is a number with its unit, such as 90s, 10m or 2h, up to 24h; or 0.",
  );
}

function readChoice(what: string, text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  const close = closestWord(text, choices);
  const hint = close === null ? `It is one of: ${choices.join(", ")}.` : `Did you mean '${close}'?`;
  throw usageError(`${what} cannot be '${shownWord(text)}'`, hint);
}

function checkUnknown(description: Description, unknown: readonly string[]): void {
  const [first] = unknown;
  if (first === undefined) return;
  const names = ["help", ...Object.keys(description.flags)];
  const close = first.startsWith("--") ? closestWord(first.slice(2), names) : null;
  throw usageError(
    `Unknown flag '${shownWord(first)}' for '${description.name}'`,
    close === null ? helpHint(description) : `Did you mean '--${close}'?`,
  );
}

/** Values by name: a word, null, or the list of the one that may be repeated. */
type PositionalWords = Readonly<Record<string, string | null | readonly string[]>>;

function readPositionals(description: Description, given: readonly string[]): PositionalWords {
  const wanted = description.positionals;
  const many = wanted.at(-1)?.many ? wanted.at(-1) : undefined;
  for (const [i, word] of given.entries()) refuseKey((wanted[i] ?? many)?.name.toUpperCase() ?? "An argument", word);
  const missing = wanted[given.length]?.optional ? undefined : wanted[given.length];
  if (missing !== undefined || given.includes("")) {
    const name = (missing ?? wanted[given.indexOf("")] ?? many)?.name ?? "argument";
    throw usageError(`'${description.name}' needs ${name.toUpperCase()}`, helpHint(description));
  }
  const extra = given[wanted.length];
  if (extra !== undefined && many === undefined) {
    throw usageError(`Unexpected argument '${shownWord(extra)}' for '${description.name}'`, helpHint(description));
  }
  return Object.fromEntries(wanted.map((one, i) => {
    const { name, choices } = one;
    if (one === many) return [name, given.slice(i)];
    const word = given[i] ?? null;
    return [name, choices === undefined || word === null ? word : readChoice(name.toUpperCase(), word, choices)];
  }));
}

function helpHint(description: Description): string {
  return `See '${PROGRAM} ${description.name} --help'.`;
}
