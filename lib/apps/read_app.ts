/**
 * Reads the text of an app file: a flat YAML mapping. An error names the line of what is wrong; it is found in the
 * text, since parsers do not return lines. Pure.
 */
import { isAbsolute, join, parseYaml } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { closestWord } from "../ui/text/closest_word.ts";
import { readSpan, SPAN_FORM } from "../ui/text/read_span.ts";
import { type AppSetup, type Keep, KEEP_RULES } from "./app_setup.ts";

/** Words that an app file may have. */
const WORDS = [
  "url",
  "key_file",
  "to",
  ...KEEP_RULES.map((rule) => `keep_${rule}` as const),
  "drill",
  "ping",
  "label",
  "exclude",
] as const;

type Word = typeof WORDS[number];

/** Where an app file is, and the meaning of `~` in it. */
interface AppFilePlace {
  readonly name: string;
  readonly path: string;
  /** The user's own folder; null when it is not known. */
  readonly home: string | null;
}

/**
 * Reads an app file.
 * @throws {AnvilSqliteError} `bad-app-file` (exit 2)
 */
export function readApp(text: string, place: AppFilePlace): AppSetup {
  return new AppFileReader(text, place).read();
}

class AppFileReader {
  readonly #text: string;
  readonly #place: AppFilePlace;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(text: string, place: AppFilePlace) {
    this.#text = text;
    this.#place = place;
    this.#values = this.#parse();
  }

  read(): AppSetup {
    for (const word of this.#values.keys()) this.#checkWord(word);
    if (this.#word("to") === null) {
      throw this.#error(null, "'to' is missing", "Add a line such as: to: ~/anvil-backups/" + this.#place.name);
    }
    return {
      name: this.#place.name,
      url: this.#url("url", ["wss:", "ws:"], "It begins with wss:// or ws://, such as wss://anvil.works/uplink."),
      keyFile: this.#path("key_file"),
      to: this.#path("to") ?? "",
      keep: Object.fromEntries(KEEP_RULES.map((rule) => [rule, this.#count(`keep_${rule}`)])) as Record<
        keyof Keep,
        number | null
      >,
      drillMs: this.#span("drill"),
      ping: this.#url("ping", ["https:", "http:"], "It begins with https:// or http://."),
      label: this.#list("label"),
      exclude: this.#list("exclude"),
    };
  }

  #parse(): ReadonlyMap<string, unknown> {
    let parsed: unknown;
    try {
      // Every value stays the text in the file, even `7d`, `on` and `0123`.
      parsed = parseYaml(this.#text, { schema: "failsafe" });
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      const [, line] = /line (\d+)/.exec(cause.message) ?? [];
      const why = cause.message.replace(/ at line \d+.*$/s, "");
      throw this.#error(line === undefined ? null : Number(line), why, "Each line is a word, a colon and its value.");
    }
    if (parsed === null) return new Map();
    if (typeof parsed !== "object" || Array.isArray(parsed)) {
      throw this.#error(1, "this is not a list of settings", "Each line is a word, a colon and its value.");
    }
    return new Map(Object.entries(parsed));
  }

  #checkWord(word: string): void {
    if (WORDS.some((known) => known === word)) return;
    const close = closestWord(word, WORDS);
    const hint = close === null ? `The words are: ${WORDS.join(", ")}.` : `Did you mean '${close}'?`;
    throw this.#error(this.#lineOf(word), `'${word}' is not known`, hint);
  }

  /** A value's text; null when there is no value. */
  #word(word: Word): string | null {
    const value = this.#values.get(word) ?? null;
    if (value === null || value === "") return null;
    if (typeof value === "string") return value;
    throw this.#wrong(word, "is not a single value", "Write it on one line, after the colon.");
  }

  #list(word: Word): readonly string[] {
    const value = this.#values.get(word) ?? null;
    if (value === null || value === "") return [];
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item) => {
      if (typeof item === "string" && item !== "") return item;
      throw this.#wrong(word, "is not a list of names", `Write it as ${word}: [one, two]`);
    });
  }

  #path(word: Word): string | null {
    const value = this.#word(word);
    if (value === null) return null;
    const [, rest] = /^~(?:[/\\](.*))?$/s.exec(value) ?? [value];
    const path = /^~(?:[/\\]|$)/.test(value) && this.#place.home !== null ? join(this.#place.home, rest ?? "") : value;
    if (isAbsolute(path)) return path;
    throw this.#wrong(word, `is not a whole path: ${value}`, "Begin at the top, or with ~/ for your own folder.");
  }

  #url(word: Word, schemes: readonly string[], hint: string): string | null {
    const value = this.#word(word);
    if (value === null || schemes.includes(URL.parse(value)?.protocol ?? "")) return value;
    throw this.#wrong(word, "is not such a URL", hint);
  }

  #count(word: Word): number | null {
    const value = this.#word(word);
    if (value === null) return null;
    if (/^\d{1,5}$/.test(value) && Number(value) > 0) return Number(value);
    throw this.#wrong(word, `cannot be '${value}'`, "It is a whole number of backups, from 1.");
  }

  #span(word: Word): number | null {
    const value = this.#word(word);
    if (value === null) return null;
    const ms = readSpan(value);
    if (ms !== null && ms > 0) return ms;
    throw this.#wrong(word, `cannot be '${value}'`, SPAN_FORM);
  }

  #wrong(word: Word, why: string, hint: string): AnvilSqliteError {
    return this.#error(this.#lineOf(word), `'${word}' ${why}`, hint);
  }

  /** Line of a word, counted from 1. */
  #lineOf(word: string): number | null {
    const quoted = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const at = this.#text.split(/\r\n?|\n/).findIndex((line) =>
      new RegExp(`^\\s*\\{?\\s*["']?${quoted}["']?\\s*:`).test(line)
    );
    return at < 0 ? null : at + 1;
  }

  #error(line: number | null, why: string, hint: string): AnvilSqliteError {
    const where = line === null ? "" : `, line ${line}`;
    return new AnvilSqliteError(`App file '${this.#place.path}'${where}: ${why}`, { code: "bad-app-file", hint });
  }
}
