/**
 * Finds the Uplink key in what a user passed as one: bytes of a file, a variable, or a line that was pasted. It takes
 * away what is around the key. Errors never repeat any of the text. Pure.
 */
import { keysIn } from "../../redact.ts";

/** A key, or what is odd about the text. */
type FoundKey = { readonly key: string } | { readonly odd: string };

/** What terminals put around pasted text, and what web pages put between letters; all of it is invisible. */
// deno-lint-ignore no-control-regex
const UNSEEN = /\x1b\[20[01]~|[\u200b-\u200f\u2060\ufeff\u00ad]/g;
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const QUOTE = `["'\`“”‘’]`;

/** `NAME=` of a shell or an environment file, `$env:NAME = ` of PowerShell, `NAME:` of YAML or JSON, `setx NAME `. */
const NAME = /^(?:export\s+|set\s+"?)?["']?(?:\$env:)?([A-Za-z_][A-Za-z0-9_]*)["']?\s*[=:]\s*|^setx\s+(\w+)\s+/i;

/** What may be before a key in its line, and after it. */
const BEFORE = new RegExp(`^(?:.*(?:connect\\(|[=:])|setx\\s+\\w+)?\\s*${QUOTE}?$`, "i");
const AFTER = new RegExp(`^${QUOTE}?\\s*(?:[;,)}\\]].*|#.*)?$`);

/** The line that Anvil's editor shows; the key is in its first quotes. */
const CONNECT = new RegExp(`\\bconnect\\(\\s*${QUOTE}(.*?)${QUOTE}`);

/** One pair of quotes around a whole text. */
const QUOTED = new RegExp(`^${QUOTE}(.*)${QUOTE}$`);

/** Finds the key in a text, which may have quotes, a variable's name or code around it. */
export function findKey(text: string): FoundKey {
  const lines = text.replace(UNSEEN, "").split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length === 0) return { odd: "is empty" };
  if (lines.some((line) => CONTROL.test(line))) return { odd: "is not plain text" };
  const [key, ...others] = keysIn(lines.join("\n"));
  if (others.length > 0) return { odd: "holds more than one key" };
  return key === undefined ? keyOfOwnServer(lines) : keyOfAnvil(key, lines);
}

/** A key of the known form, wherever it is in the lines. */
function keyOfAnvil(key: string, lines: readonly string[]): FoundKey {
  for (const line of lines) {
    const [before, after] = line.split(key);
    // A line of code or a comment may come along; a single word may be the rest of a key.
    if (before === undefined || after === undefined) {
      if (/^[^\s(=#]+$/.test(line)) return { odd: "has more than one line" };
      continue;
    }
    if (AFTER.test(after) && BEFORE.test(before)) continue;
    return {
      odd: /^\s+\S|\S\s+$/.test(after || before) ? "has a space in its middle" : "has something else beside it",
    };
  }
  return { key };
}

/** The key of one's own App Server, which may be any text. */
function keyOfOwnServer(lines: readonly string[]): FoundKey {
  const [first = "", ...rest] = lines;
  const connecting = lines.flatMap((line) => CONNECT.exec(line)?.[1] ?? []);
  const named = lines.filter((line) => /key/i.test(nameIn(line)));
  const [found, ...others] = connecting.length > 0 ? connecting : rest.length === 0 ? [first] : named;
  if (found === undefined || others.length > 0) return { odd: "has more than one line" };
  const given = withoutQuotes(/key|uplink/i.test(nameIn(found)) ? withoutQuotes(found).replace(NAME, "") : found);
  if (given === "") return { odd: "is empty" };
  if (new RegExp(`^${QUOTE}|${QUOTE}$`).test(given)) return { odd: "has a quotation mark at one end" };
  if (/^[A-Z][A-Z0-9_]*=/.test(given)) return { odd: "begins with a name and an equals sign" };
  if (/^(server|client)_.*\s/.test(given)) return { odd: "has a space in its middle" };
  if (/^(server|client)_.*[^\x20-\x7e]/.test(given)) return { odd: "has a letter that no key has" };
  return { key: given };
}

/** The name to which a line assigns a value; empty when there is none. */
function nameIn(line: string): string {
  const [, assigned, set] = NAME.exec(withoutQuotes(line)) ?? [];
  return assigned ?? set ?? "";
}

function withoutQuotes(text: string): string {
  return (QUOTED.exec(text.trim())?.[1] ?? text).trim();
}
