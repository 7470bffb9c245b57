/**
 * A digest of where the media in a table's cells come from, and of their states. Bytes, type and name of media are in
 * the digest of the table's rows. Pure: facts come in, hexadecimal text goes out.
 */
import { createHash } from "node:crypto";
import type { MediumFacts } from "./media_facts.ts";

/** Digests the media of one table, cell by cell, in the order of rows and columns. */
export class MediaDigest {
  readonly #hash = createHash("sha256");
  #text = "";

  /** Adds the medium of a cell. */
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

  /** The digest in hexadecimal; after this nothing may be added. */
  finish(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = "";
  }
}
