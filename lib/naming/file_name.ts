/**
 * Names of files and folders that Linux, macOS and Windows can all store, made from any text. All such names are made
 * here: for exports, and for files that a page offers to save. Pure; `folder_names.ts` makes sure that no two names in
 * a folder are the same.
 */

/**
 * Longest name in bytes of UTF-8. All three systems allow 255; but paths of Windows are short, and copies get endings.
 */
export const MAX_NAME_BYTES = 160;

/**
 * Characters that Windows does not allow in a name, a separator on any system, and invisible characters or those that
 * reverse the reading order. The joiners U+200C and U+200D stay: Persian and emoji need them. Source:
 * learn.microsoft.com/windows/win32/fileio/naming-a-file; Unicode general categories.
 */
const UNSAFE = /[<>:"/\\|?*\p{Cc}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** Device names of Windows, with any text after a dot. Same source; the superscript digits count as digits there. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/** Used for a text of which nothing remains. */
const UNNAMED = "_";

/** An ending such as `.png`. */
const ENDING = /\.[A-Za-z0-9]{1,12}$/;

/**
 * The name of a file.
 * @param text the wanted name: it is cleaned, and cut if the name would be too long
 * @param tail the end that the name always has, such as ` [102,20].png`: letters, digits and signs that are safe
 */
export function fileName(text: string, tail = "", maxBytes = MAX_NAME_BYTES): string {
  const cleaned = cutToBytes(cleanText(text), maxBytes - tail.length);
  const name = `${tail === "" ? trimEnd(cleaned) || UNNAMED : cleaned.trimEnd()}${tail}`;
  const visible = name.replace(/^[.\-~ ]/, "_");
  return DEVICE.test(visible) ? `_${visible}` : visible;
}

/** The ending of a file's own name, with its dot and in small letters; empty when it has no safe one. */
export function fileEnding(name: string): string {
  return ENDING.exec(name)?.[0].toLowerCase() ?? "";
}

/** A name without the ending that {@link fileEnding} finds. */
export function withoutEnding(name: string): string {
  return name.replace(ENDING, "");
}

/** Text in the composed spelling, since macOS takes both spellings of `é` for one name; blanks become single spaces. */
function cleanText(text: string): string {
  return text.toWellFormed().normalize("NFC").replace(UNSAFE, "_").replace(/\s+/g, " ").trim();
}

/** Removes dots and spaces at the end, since Windows does so too. */
function trimEnd(text: string): string {
  return text.replace(/[. ]+$/, "");
}

const encoder = new TextEncoder();

/** As many whole characters as fit into so many bytes. */
function cutToBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.max(0, maxBytes)));
  return text.slice(0, read);
}
