/**
 * A digest of what is known of the media in a table's cells beside bytes, type and name, which the digest of its rows has:
 * where each comes from, and its state. Pure: facts come in, hexadecimal text goes out.
 */
import { createHash } from "node:crypto";
import type { MediumFacts } from "./media_facts.ts";

/** Digests the media of one table, cell by cell in the order of rows and columns. */
export class MediaDigest {
  readonly #hash = createHash("sha256");
  #text = "";

  /** Adds a cell. */
  add(row: string, column: number, facts: MediumFacts): void {
    const { contentType, name, url, manager, anvilId, state, sha256, length } = facts;
    this.#text += JSON.stringify([
      row,
      column,
      contentType,
      name,
      url,
      manager,
      anvilId,
      state,
      sha256,
      length === null ? null : String(length),
    ]);
    if (this.#text.length > 60_000) this.#flush();
  }

  /** In hexadecimal; nothing may be added after. */
  finish(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = "";
  }
}
