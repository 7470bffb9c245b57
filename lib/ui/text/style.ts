/**
 * Colours of the few words that show a message's kind. Pure; the caller says whether colours are wanted.
 */

const CODES = { error: 31, warning: 33, hint: 36 } as const;

/** What kind of message a word begins. */
type Tone = keyof typeof CODES;

/** A word in its colour, or plain. */
export function toned(word: string, tone: Tone, color: boolean): string {
  return color ? `\x1b[${CODES[tone]}m${word}\x1b[0m` : word;
}
