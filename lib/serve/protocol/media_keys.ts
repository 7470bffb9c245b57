/**
 * Keys of media: each opens one medium for one session, and ends with its connection. It also makes the token of a
 * session in the URL of a medium. It knows no medium.
 */
import { hash, randomBytes } from "node:crypto";
import { sameText } from "./capabilities.ts";

/** The media keys of one session. */
export class MediaKeys {
  readonly #secret = randomBytes(32).toString("hex");
  /** Names the session in URLs. */
  readonly token: string = randomBytes(24).toString("hex");

  /** Key of a medium, 32 hexadecimal digits. */
  keyOf(manager: string, id: string): string {
    return hash("sha512-256", `${this.#secret}${manager}\0${id}`, "hex").slice(0, 32);
  }

  /** Whether a key opens a medium. */
  opens(manager: string, id: string, key: string): boolean {
    return sameText(this.keyOf(manager, id), key);
  }
}

/** The sessions that are open, by their tokens. */
export class MediaSessions {
  readonly #sessions = new Map<string, MediaKeys>();
  readonly #ended = new WeakSet<MediaKeys>();

  /** From now on a session's media can be fetched by URL. */
  publish(keys: MediaKeys): void {
    if (!this.#ended.has(keys)) this.#sessions.set(keys.token, keys);
  }

  /** From now on they cannot any more. */
  withdraw(keys: MediaKeys): void {
    this.#ended.add(keys);
    this.#sessions.delete(keys.token);
  }

  find(token: string): MediaKeys | null {
    return this.#sessions.get(token) ?? null;
  }
}
