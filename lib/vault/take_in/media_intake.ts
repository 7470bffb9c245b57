/**
 * Takes in the media of an archive's cells: each use once, its state when it has changed, and bytes that the vault
 * lacks. Runs inside the caller's transaction.
 */
import { createHash } from "node:crypto";
import { mediaBytes } from "../../archive/media/media_lookup.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import { freeBytes } from "../../release_memory.ts";
import { type MediumFacts, mediumFacts } from "../store/media_facts.ts";

const EMPTY_SHA256 = createHash("sha256").digest("hex");

/** Takes media of an archive into a vault. */
export class MediaIntake implements Disposable {
  readonly #vault: Engine;
  readonly #archive: Engine;
  readonly #snapshot: bigint;
  readonly #heals: boolean;
  readonly #object: Prepared;
  readonly #uses: Prepared;
  readonly #state: Prepared;
  readonly #insertUse: Prepared;
  readonly #insertState: Prepared;
  readonly #hasBlob: Prepared;
  readonly #insertBlob: Prepared;
  /** Uses in cells of this snapshot: what is known of a use cannot change within a snapshot. */
  readonly #touched = new Set<bigint>();
  #lastUse: bigint;

  /** @param heals whether the archive's bytes are compared with those in the vault, and replace damaged ones */
  constructor(vault: Engine, archive: Engine, snapshot: number, heals: boolean) {
    this.#vault = vault;
    this.#heals = heals;
    this.#archive = archive;
    this.#snapshot = BigInt(snapshot);
    this.#object = archive.prepare(`
      SELECT content_type, name, url, manager, anvil_id, state, sha256, length FROM _anvil_media_objects WHERE id = ?1`);
    this.#uses = vault.prepare(`
      SELECT id FROM _anvil_media_uses
      WHERE anvil_id IS ?1 AND manager IS ?2 AND content_type IS ?3 AND name IS ?4 AND url IS ?5 ORDER BY n`);
    this.#state = vault.prepare(`
      SELECT state, sha256, length FROM _anvil_media_states WHERE use_id = ?1 ORDER BY _anvil_from DESC LIMIT 1`);
    this.#insertUse = vault.prepare(`
      INSERT INTO _anvil_media_uses (id, content_type, name, url, manager, anvil_id, n)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`);
    this.#insertState = vault.prepare(`
      INSERT INTO _anvil_media_states (use_id, _anvil_from, state, sha256, length) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (use_id, _anvil_from) DO NOTHING`);
    this.#hasBlob = vault.prepare("SELECT 1 FROM _anvil_blobs WHERE sha256 = ?1 LIMIT 1");
    this.#insertBlob = vault.prepare("INSERT INTO _anvil_blobs (sha256, n, bytes) VALUES (?1, ?2, ?3)");
    this.#lastUse = integerOf(vault.query("SELECT coalesce(max(id), 0) FROM _anvil_media_uses")[0]?.[0]) ?? 0n;
  }

  /**
   * Takes the medium of a cell in.
   * @param object the archive's id of it
   * @returns the vault's id of its use, and what is known of it
   * @throws {AnvilSqliteError} `damaged` (exit 4) when the archive lacks what it says it has
   */
  take(object: bigint): { readonly use: bigint; readonly facts: MediumFacts } {
    const facts = this.#read(object);
    const use = this.#useOf(facts);
    if (!this.#touched.has(use)) {
      this.#touched.add(use);
      if (!this.#isKnown(use, facts)) {
        this.#insertState.run([use, this.#snapshot, facts.state, facts.sha256, facts.length]);
      }
      if (facts.sha256 !== null) this.#takeBytes(object, facts.sha256, facts.length);
    }
    return { use, facts };
  }

  #read(object: bigint): MediumFacts {
    const [row] = this.#object.rows([object]);
    if (row === undefined) throw damagedMedium(this.#archive.path, object, "nothing is known of it");
    return mediumFacts(row);
  }

  /**
   * The use with this name and id. If an id does not always name the same content, each content in the snapshot has a
   * use of its own.
   */
  #useOf(facts: MediumFacts): bigint {
    const { anvilId, manager, contentType, name, url } = facts;
    const known = this.#uses.rows([anvilId, manager, contentType, name, url]).flatMap(([id]) => integerOf(id) ?? []);
    const same = known.find((use) => this.#isKnown(use, facts));
    const free = same ?? known.find((use) => !this.#touched.has(use));
    if (free !== undefined) return free;
    const use = ++this.#lastUse;
    this.#insertUse.run([use, contentType, name, url, manager, anvilId, BigInt(known.length)]);
    return use;
  }

  #isKnown(use: bigint, { state, sha256, length }: MediumFacts): boolean {
    const [row] = this.#state.rows([use]);
    return row !== undefined && row[0] === state && row[1] === sha256 && row[2] === length;
  }

  #takeBytes(object: bigint, sha256: string, length: bigint | null): void {
    if (sha256 === EMPTY_SHA256) return;
    if (this.#hasBlob.rows([sha256]).length > 0) {
      if (!this.#heals || !this.#isDamaged(sha256)) return;
      this.#vault.run("DELETE FROM _anvil_blobs WHERE sha256 = ?1", [sha256]);
    }
    const hash = createHash("sha256");
    let [n, size] = [0n, 0n];
    for (const piece of mediaBytes(this.#archive, sha256)) {
      hash.update(piece);
      size += BigInt(piece.length);
      this.#insertBlob.run([sha256, n++, piece]);
      freeBytes(piece);
    }
    if (n === 0n) throw damagedMedium(this.#archive.path, object, "its bytes are neither in the file nor in the vault");
    if (hash.digest("hex") !== sha256 || length !== null && length !== size) {
      throw damagedMedium(this.#archive.path, object, "its bytes are not those that were copied");
    }
  }

  /**
   * Whether the archive has bytes that the vault has lost. An archive without them relied on the vault's, which were
   * good.
   */
  #isDamaged(sha256: string): boolean {
    if (this.#archive.query("SELECT 1 FROM _anvil_blobs WHERE sha256 = ?1 LIMIT 1", [sha256]).length === 0) {
      return false;
    }
    const hash = createHash("sha256");
    for (const piece of mediaBytes(this.#vault, sha256)) {
      hash.update(piece);
      freeBytes(piece);
    }
    return hash.digest("hex") !== sha256;
  }

  [Symbol.dispose](): void {
    for (
      const statement of [
        this.#object,
        this.#uses,
        this.#state,
        this.#insertUse,
        this.#insertState,
        this.#hasBlob,
        this.#insertBlob,
      ]
    ) statement.finalize();
  }
}

function damagedMedium(path: string, object: bigint, what: string): AnvilSqliteError {
  return new AnvilSqliteError(`Medium ${object} of '${path}' is damaged: ${what}`, {
    code: "damaged",
    hint: "Use another backup. The vault is as it was.",
  });
}
