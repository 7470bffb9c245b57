/**
 * Breaks prose into lines of at most a width, between words. Pure; it never breaks a word.
 */
import { textWidth } from "./text_width.ts";

/** Breaks a paragraph into lines. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Columns that an explanation needs next to its term. */
const NARROWEST = 24;

/** A list of terms and their explanations, the explanations in one column, wrapped; lines without trailing spaces. */
export function definitionList(items: readonly (readonly [term: string, text: string])[], width: number): string {
  const termWidth = Math.max(0, ...items.map(([term]) => textWidth(term)));
  // On a narrow terminal each explanation has lines of its own.
  if (width - termWidth - 4 < NARROWEST) {
    return items.flatMap(([term, text]) => [`  ${term}`, ...wrapText(text, width - 6).map((line) => `      ${line}`)])
      .join("\n");
  }
  return items.flatMap(([term, text]) => {
    const lines = wrapText(text, width - termWidth - 4);
    return lines.map((line, i) => `  ${(i === 0 ? term : "").padEnd(termWidth)}  ${line}`.trimEnd());
  }).join("\n");
}
