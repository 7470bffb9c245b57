/**
 * Recognises what must not be shown or stored by its form alone: Uplink keys, and the user part of a URL. It is pure
 * and keeps no secret; `cli/terminal/secrets.ts` knows the secrets of a run.
 */

/** Written in place of a secret. */
export const REDACTED = "[secret]";

/**
 * Text that may be a key of Anvil's servers: `server_` or `client_`, a secret in base 32, `-`, the app's id. Of a
 * DB-read key only the first word is known. `serve` and `demo` make keys with a secret in base 16.
 */
const CANDIDATE = /(?:server|client|db[-_]read(?:[-_][a-z]+)*)_([A-Za-z0-9]{12,})(?:-[A-Za-z0-9]+)*/g;

/** Text before the last `@` in the first part of a URL. Deno and browsers treat a backslash there as a slash. */
const USER_PART = /\b([a-z][a-z0-9+.-]*:[/\\]{2})[^\s/\\?#"<>]*@/gi;

/**
 * Whether the text after `server_` is random, so that `server_Address2` and `server_20261124T020700Z` stay readable: it
 * begins mostly with capitals, or it is long and has digits here and there.
 */
function isRandom(secret: string): boolean {
  const capitals = /^[A-Z0-9]*/.exec(secret)?.[0] ?? "";
  if (capitals.length >= 12 && capitals.replace(/\d/g, "").length * 2 >= capitals.length) return true;
  return secret.length >= 20 && secret.split(/\d+/).length > 3;
}

/**
 * The text without keys and without the user parts of URLs.
 * @param shown keys that may be shown
 */
export function withoutSecrets(text: string, shown: ReadonlySet<string> = new Set()): string {
  return text.replace(CANDIDATE, (word, secret: string) => isRandom(secret) && !shown.has(word) ? REDACTED : word)
    .replace(USER_PART, `$1${REDACTED}@`);
}

/** All texts that look like Uplink keys, each once. */
export function keysIn(text: string): readonly string[] {
  const found = [...text.matchAll(CANDIDATE)].filter(([, secret = ""]) => isRandom(secret));
  return [...new Set(found.map(([key]) => key))];
}

/** Whether a text contains something that looks like an Uplink key. */
export function holdsKey(text: string): boolean {
  return keysIn(text).length > 0;
}
