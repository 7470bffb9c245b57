/**
 * The keys that a server knows, and what each may do. It keeps digests, and never says why a key is wrong.
 */
import { hash, randomBytes } from "node:crypto";
import type { KeyKind } from "../../uplink/frames.ts";

/** Finds the kind of a key, in a time that does not show how much of it was right. */
export function keyFinder(keys: readonly (readonly [key: string, kind: KeyKind])[]): (key: string) => KeyKind | null {
  const known = keys.map(([key, kind]) => ({ digest: digestOf(key), kind }));
  return (key) => {
    const digest = digestOf(key);
    let found: KeyKind | null = null;
    for (const each of known) if (each.digest === digest) found ??= each.kind;
    return found;
  };
}

/** Digests are compared, so that timing shows nothing of the keys. The salt is known to this process only. */
const SALT = randomBytes(16).toString("hex");

function digestOf(key: string): string {
  return hash("sha512-256", SALT + key, "hex");
}
