/**
 * Colours of the few words that carry a message's kind. Pure; whether colours are wanted is told by the caller.
 */

const CODES = { error: 31, warning: 33, hint: 36 } as const;

/** What a word announces. */
type Tone = keyof typeof CODES;

/** A word in its colour, or plain. */
export function toned(word: string, tone: Tone, color: boolean): string {
  return color ? `\x1b[${CODES[tone]}m${word}\x1b[0m` : word;
}
