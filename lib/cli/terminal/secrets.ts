/**
 * What must never be printed. Every text on its way to the terminal passes {@link Secrets.redact}, which takes out the
 * secrets of this run and whatever looks like one. It keeps secrets in memory only, and does not know where they came
 * from.
 */
import { keysIn, REDACTED, withoutSecrets } from "../../redact.ts";

/** A shorter one would blot out words that merely look like it; no Uplink key is that short. */
const MIN_LENGTH = 6;

/** The secrets of this run. */
export class Secrets {
  #spellings: readonly string[] = [];
  readonly #shown = new Set<string>();

  /** Adds a secret, in the spellings it may have in a URL or in JSON too. */
  add(secret: string): void {
    if (secret.length < MIN_LENGTH) return;
    const spellings = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
    // Longest first: one secret may contain another.
    this.#spellings = [...new Set([...this.#spellings, ...spellings])].sort((a, b) => b.length - a.length);
  }

  /** Adds what looks like a key in a text; of a URL also its user part and the password in it. */
  addFrom(text: string): void {
    const [, user = ""] = /^[a-z][a-z0-9+.-]*:[/\\]{2}([^/\\?#]*)@/i.exec(text) ?? [];
    for (const secret of [...keysIn(text), user, user.replace(/^[^:]*:?/, "")]) this.add(secret);
  }

  /** Allows printing a key that this program made for people to read, as `serve` does. */
  show(key: string): void {
    this.#shown.add(key);
  }

  /** The text with every secret replaced. */
  redact(text: string): string {
    const known = this.#spellings.reduce((redacted, secret) => redacted.replaceAll(secret, REDACTED), text);
    return withoutSecrets(known, this.#shown);
  }
}
