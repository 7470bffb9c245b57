/**
 * The part of `jsr:@std/cli/parse-args` that this program uses: a command line read as minimist reads it. It is written
 * here because the two available parsers do not fit. `npm:minimist` crashes on `--constructor`, and takes every
 * `--no-NAME` as a negation, even when no flag NAME is declared. `node:util` reads `--flag -x` as a flag with the value
 * `-x`, which minimist never does. It knows no command; names with dots are plain names.
 */

/** Options of {@link parseArgs}. */
export interface ParseOptions {
  /** Further names of a flag. */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Flags without a value; false when they are missing. */
  boolean?: string | readonly string[];
  /** Flags whose value stays text; `_` keeps positionals text. Other values that look like a number become one. */
  string?: string | readonly string[];
  /** Flags that may occur more than once; their value is always a list. */
  collect?: string | readonly string[];
  /** Values of flags that are missing. */
  default?: Readonly<Record<string, unknown>>;
  /** Flags that `--no-NAME` sets to false. */
  negatable?: string | readonly string[];
  /** Whether everything after the first positional is positional. Default: false. */
  stopEarly?: boolean;
  /** Whether what follows `--` goes to `"--"` instead of `_`. Default: false. */
  "--"?: boolean;
  /** Called with each positional, and with each flag that is not declared; if it returns `false`, that is dropped. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result of {@link parseArgs}: positionals in `_`, flags under all their names. */
export interface Args {
  _: (string | number)[];
  "--"?: string[];
  [name: string]: unknown;
}

/** Parses a command line. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const end = args.indexOf("--");
  const flagged = end === -1 ? args : args.slice(0, end);
  const rest = end === -1 ? [] : args.slice(end + 1);
  const reader = new Reader(options);
  reader.read(flagged);
  const result = reader.finish();
  if (options["--"]) result["--"] = rest;
  else result._.push(...rest);
  return result;
}

type Value = string | number | boolean;

const LONG = /^--(no-)?(.+?)(?:=(.+))?$/s;
const SHORT = /^-[^-]/s;
/** Not anchored at its start, as in minimist: `-ofile5` is `-o file5`. */
const ENDS_IN_NUMBER = /-?\d+(\.\d*)?(e-?\d+)?$/;

class Reader {
  readonly #result: Args = { _: [] };
  readonly #aliases = new Map<string, readonly string[]>();
  readonly #booleans: ReadonlySet<string>;
  readonly #strings: ReadonlySet<string>;
  readonly #collected: ReadonlySet<string>;
  readonly #negatables: ReadonlySet<string>;
  readonly #options: ParseOptions;

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const names = [name, ...list(others)];
      for (const one of names) this.#aliases.set(one, names.filter((other) => other !== one));
    }
    this.#booleans = this.#named(options.boolean);
    this.#strings = this.#named(options.string);
    this.#collected = this.#named(options.collect);
    this.#negatables = this.#named(options.negatable);
  }

  #named(names: string | readonly string[] | undefined): ReadonlySet<string> {
    return new Set(list(names ?? []).flatMap((name) => [name, ...(this.#aliases.get(name) ?? [])]));
  }

  read(args: readonly string[]): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? "";
      const next = args[i + 1] ?? "";
      if (arg.startsWith("--") && arg.length > 2) i += this.#readLong(arg, next);
      else if (SHORT.test(arg)) i += this.#readShort(arg, next);
      else {
        if (this.#options.unknown?.(arg) !== false) this.#result._.push(this.#strings.has("_") ? arg : guess(arg));
        if (this.#options.stopEarly) return void this.#result._.push(...args.slice(i + 1));
      }
    }
  }

  /** Reads `--name`, `--name=value`, `--no-name`; returns 1 when it took the next argument as its value. */
  #readLong(arg: string, next: string): 0 | 1 {
    const [, no = "", name = "", value = ""] = LONG.exec(arg) ?? [];
    if (value !== "") {
      this.#set(name, this.#booleans.has(name) ? value !== "false" : value, arg);
      return 0;
    }
    if (no !== "" && this.#negatables.has(name)) {
      this.#set(name, false, arg, false);
      return 0;
    }
    return this.#setWithNext(no + name, arg, next, !next.startsWith("-"));
  }

  /** Reads `-a`, `-abc`, `-n5`, `-o=value`, `-o/value`. */
  #readShort(arg: string, next: string): 0 | 1 {
    const letters = [...arg.slice(1)];
    for (const [i, letter] of letters.slice(0, -1).entries()) {
      const after = letters.slice(i + 1).join("");
      if (after === "-") {
        this.#set(letter, after, arg);
        continue;
      }
      const assigned = /[A-Za-z]/.test(letter) ? valueAfterLetter(after) : null;
      const value = assigned ?? (/^\W./s.test(after) ? after : null);
      this.#set(letter, value ?? (this.#strings.has(letter) ? "" : true), arg);
      if (value !== null) return 0;
    }
    const last = letters.at(-1) ?? "";
    return last === "-" ? 0 : this.#setWithNext(last, arg, next, !/^-{1,2}[^-]/.test(next));
  }

  #setWithNext(name: string, arg: string, next: string, mayBeValue: boolean): 0 | 1 {
    if (next !== "" && mayBeValue && !this.#booleans.has(name)) {
      this.#set(name, next, arg);
      return 1;
    }
    if (next === "true" || next === "false") {
      this.#set(name, next === "true", arg);
      return 1;
    }
    this.#set(name, this.#strings.has(name) ? "" : true, arg);
    return 0;
  }

  #set(name: string, given: Value, arg: string, collect = true): void {
    const declared = this.#booleans.has(name) || this.#strings.has(name) || this.#aliases.has(name);
    if (!declared && this.#options.unknown?.(arg, name, given) === false) return;
    const value = typeof given === "string" && !this.#strings.has(name) ? guess(given) : given;
    for (const one of [name, ...(this.#aliases.get(name) ?? [])]) {
      const before = this.#result[one];
      const collected = Array.isArray(before) ? [...before, value] : [value];
      define(this.#result, one, collect && this.#collected.has(name) ? collected : value);
    }
  }

  finish(): Args {
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      for (const one of [name, ...(this.#aliases.get(name) ?? [])]) this.#setDefault(one, value);
    }
    for (const name of this.#booleans) this.#setDefault(name, this.#collected.has(name) ? [] : false);
    for (const name of this.#strings) if (this.#collected.has(name)) this.#setDefault(name, []);
    return this.#result;
  }

  #setDefault(name: string, value: unknown): void {
    if (!Object.hasOwn(this.#result, name)) define(this.#result, name, value);
  }
}

/** Defines a property. A plain assignment would follow `__proto__`. */
function define(result: Args, name: string, value: unknown): void {
  Object.defineProperty(result, name, { value, writable: true, enumerable: true, configurable: true });
}

function valueAfterLetter(after: string): string | null {
  const [, assigned = null] = /=(.+)/.exec(after) ?? [];
  return assigned ?? (ENDS_IN_NUMBER.test(after) ? after : null);
}

function guess(text: string): string | number {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function list(names: string | readonly string[]): readonly string[] {
  return typeof names === "string" ? [names] : names;
}
