/**
 * What must never be printed: every text on its way to the terminal passes {@link Secrets.redact}.
 * It keeps secrets in memory only, and knows nothing of where they came from.
 */
import { REDACTED } from "../../errors.ts";

/** A shorter one would blot out words that merely look like it; no Uplink key is that short. */
const MIN_LENGTH = 6;

/** The secrets of this run. */
export class Secrets {
  #spellings: readonly string[] = [];

  /** Adds a secret, in the spellings it may have in a URL or in JSON too. */
  add(secret: string): void {
    if (secret.length < MIN_LENGTH) return;
    const spellings = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
    // Longest first: one secret may contain another.
    this.#spellings = [...new Set([...this.#spellings, ...spellings])].sort((a, b) => b.length - a.length);
  }

  /** The text with every secret replaced. */
  redact(text: string): string {
    return this.#spellings.reduce((redacted, secret) => redacted.replaceAll(secret, REDACTED), text);
  }
}
