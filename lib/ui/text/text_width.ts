/**
 * How many columns of a terminal a text takes, and cutting it to fit. Pure. It is an estimate that is never too narrow:
 * an emoji made of several characters counts as all of them.
 */

const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** East Asian Wide and Fullwidth, and emoji. Source: Unicode Standard Annex #11, the large blocks only. */
const TWO_WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns that a text takes; it must not contain control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text, or as much of its beginning as fits with an ellipsis. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let [kept, used] = ["", 0];
  for (const character of text) {
    used += characterWidth(character);
    if (used >= width) break;
    kept += character;
  }
  return width < 1 ? "" : `${kept}…`;
}

/** The text with spaces added up to a width, on its right or left. */
export function padText(text: string, width: number, align: "left" | "right" = "left"): string {
  const spaces = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + spaces : spaces + text;
}

function characterWidth(character: string): 0 | 1 | 2 {
  if (character < "\u0300") return 1;
  if (NO_WIDTH.test(character)) return 0;
  return TWO_WIDE.test(character) ? 2 : 1;
}
