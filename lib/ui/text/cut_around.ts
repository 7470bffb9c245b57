/**
 * Cuts two texts to a width so that what differs between them stays visible. Pure.
 */
import { fitText, textWidth } from "./text_width.ts";

/** Characters before the difference that are kept, as a share of the width. */
const BEFORE = 0.3;

/** Both texts, each at most `width` columns wide, from shortly before where they begin to differ. */
export function cutAround(a: string, b: string, width: number): readonly [string, string] {
  if (textWidth(a) <= width && textWidth(b) <= width) return [a, b];
  const [first, second] = [Array.from(a), Array.from(b)];
  let same = 0;
  while (same < Math.min(first.length, second.length) && first[same] === second[same]) same++;
  const start = same - Math.floor(width * BEFORE);
  return [from(first, start, width), from(second, start, width)];
}

function from(characters: readonly string[], start: number, width: number): string {
  // A text that fits, or is too long by less than its ellipsis takes, is shown from its beginning.
  const text = characters.join("");
  if (start <= 1 || textWidth(text) <= width) return fitText(text, width);
  return fitText(`…${characters.slice(start).join("")}`, width);
}
