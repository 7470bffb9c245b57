/**
 * Patterns of `like` and `ilike`: `%` and `_` are wildcards, and a backslash makes the next character a plain one. It
 * turns a pattern into text and into a test; it runs no SQL.
 */
import { databaseError } from "../protocol/errors.ts";

/**
 * A LIKE pattern as SQLite's GLOB, which distinguishes upper and lower case.
 * @throws {CallError} TableError for a pattern that ends within an escape
 */
export function globOf(pattern: string): string {
  return parts(pattern).map((part) => part === "%" ? "*" : part === "_" ? "?" : globLiteral(part.slice(1))).join("");
}

function globLiteral(char: string): string {
  return "*?[".includes(char) ? `[${char}]` : char;
}

/**
 * Whether a text matches, ignoring case.
 * @throws {CallError} TableError for a pattern that ends within an escape
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const source = parts(pattern).map((part) =>
    part === "%" ? ".*" : part === "_" ? "." : part.slice(1).toLowerCase().replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
  );
  const whole = new RegExp(`^${source.join("")}$`, "su");
  return (text) => whole.test(text.toLowerCase());
}

/** `%`, `_`, or `=` before a character that means itself. */
function parts(pattern: string): readonly string[] {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(pattern)) {
    throw databaseError("ERROR: LIKE pattern must not end with escape character");
  }
  return Array.from(
    pattern.matchAll(/\\(.)|(.)/gsu),
    ([, escaped, char = ""]) =>
      escaped !== undefined ? `=${escaped}` : char === "%" || char === "_" ? char : `=${char}`,
  );
}
