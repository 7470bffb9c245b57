/**
 * Turns the bytes of a text file into text: UTF-8, or UTF-16, as PowerShell's `>` and Notepad write it. Everything else
 * is refused with the reason: no character is ever replaced by another. Pure.
 */

/** The text, or why the bytes are not text. */
type Decoded = { readonly text: string } | { readonly why: string };

/** Byte order marks, longer ones first (unicode.org/faq/utf_bom.html). */
const MARKS: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xff, 0xfe, 0, 0], "utf-32"],
  [[0, 0, 0xfe, 0xff], "utf-32"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

const LINE_FEED = 10;

/** Decodes bytes. The resulting text has no byte order mark. */
export function decodeText(bytes: Uint8Array): Decoded {
  const [, encoding = "utf-8"] = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? [];
  if (encoding === "utf-32") return { why: "it is UTF-32 text" };
  const unmarked = encoding === "utf-8" ? unmarkedUtf16(bytes) : null;
  if (unmarked !== null) return { text: unmarked };
  if (encoding === "utf-8" && bytes.includes(0)) {
    return { why: "it has zero bytes, so it is UTF-16 or not text at all" };
  }
  const text = decoded(bytes, encoding);
  if (text !== null) return { text };
  if (encoding !== "utf-8") return { why: "it is damaged UTF-16 text" };
  return { why: `line ${badLine(bytes)} is not UTF-8 text` };
}

/** UTF-16 that has no mark: one of the first two bytes is zero, and no letter is. */
function unmarkedUtf16(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if ((first === 0) === (second === 0)) return null;
  const text = decoded(bytes, second === 0 ? "utf-16le" : "utf-16be");
  return text === null || text.includes("\0") ? null : text;
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The first line, counted from 1, that is not UTF-8: no character of UTF-8 holds the byte of a line end. */
function badLine(bytes: Uint8Array): number {
  for (let start = 0, line = 1;; line++) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0 || decoded(bytes.subarray(start, end), "utf-8") === null) return line;
    start = end + 1;
  }
}
