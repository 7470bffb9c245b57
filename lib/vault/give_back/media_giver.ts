/**
 * Copies media of a snapshot into a new archive: one line for each cell, the bytes once. It writes to the archive only.
 */
import { mediaBytes } from "../../archive/media/media_lookup.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { freeBytes } from "../../release_memory.ts";
import { damagedVault } from "../store/open_vault.ts";
import { MediaFacts, type MediumFacts } from "../store/media_facts.ts";

/** Copies media into a new archive. */
export class MediaGiver implements Disposable {
  readonly #vault: Engine;
  readonly #facts: MediaFacts;
  readonly #insertObject: Prepared;
  readonly #hasBlob: Prepared;
  readonly #insertBlob: Prepared;
  #last = 0n;

  constructor(vault: Engine, archive: Engine, snapshot: number) {
    this.#vault = vault;
    this.#facts = new MediaFacts(vault, snapshot);
    this.#insertObject = archive.prepare(`
      INSERT INTO _anvil_media_objects (id, content_type, name, url, length, sha256, manager, anvil_id, state)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`);
    this.#hasBlob = archive.prepare("SELECT 1 FROM _anvil_blobs WHERE sha256 = ?1 LIMIT 1");
    this.#insertBlob = archive.prepare("INSERT INTO _anvil_blobs (sha256, n, bytes) VALUES (?1, ?2, ?3)");
  }

  /** Copies the medium of a cell; returns its id in the archive, and what is known of it. */
  give(use: bigint): { readonly id: bigint; readonly facts: MediumFacts } {
    const facts = this.#facts.find(use);
    if (facts === null) throw damagedVault(this.#vault.path, `medium ${use} is missing`);
    const { contentType, name, url, length, sha256, manager, anvilId, state } = facts;
    const id = ++this.#last;
    this.#insertObject.run([id, contentType, name, url, length, sha256, manager, anvilId, state]);
    if (sha256 === null || this.#hasBlob.rows([sha256]).length > 0) return { id, facts };
    let n = 0n;
    for (const piece of mediaBytes(this.#vault, sha256)) {
      this.#insertBlob.run([sha256, n++, piece]);
      freeBytes(piece);
    }
    if (n === 0n && length !== 0n) throw damagedVault(this.#vault.path, `the bytes of medium ${use} are missing`);
    return { id, facts };
  }

  [Symbol.dispose](): void {
    this.#facts[Symbol.dispose]();
    for (const statement of [this.#insertObject, this.#hasBlob, this.#insertBlob]) statement.finalize();
  }
}
