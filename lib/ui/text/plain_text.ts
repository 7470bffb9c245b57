/**
 * Makes text from a server, a file or a user safe to show on a terminal. Characters that could move the cursor, change
 * colours, reverse the reading order or hide are shown as escapes. Pure; the result is for people, and never parsed
 * again.
 */

/**
 * Controls, lone surrogates, line and paragraph separators, and format characters (including bidirectional controls).
 * The joiners U+200C and U+200D stay: Persian and emoji need them. Source: Unicode general categories.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

/** The text on one line, with everything unsafe escaped: `\n`, `\x1b`, `\u{202e}`. */
export function plainText(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT_ESCAPES.get(character) ?? escape(character));
}

/**
 * As {@link plainText}, but line ends stay; all lines except the first are indented, so that none looks like a message.
 */
export function plainLines(text: string, indent = "  "): string {
  return text.split(/\r?\n/).map(plainText).join(`\n${indent}`);
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
