/**
 * Adds finished files to a vault one by one, each in a transaction of its own. A missing vault is made, and gets its
 * name as soon as the first file is in it.
 */
import { dirname } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { openArchive } from "../archive/open_archive.ts";
import type { Engine } from "../sqlite/engine.ts";
import type { SnapshotFile } from "../source/snapshot.ts";
import { beginVault, dropVault, nameVault, vaultExists } from "./store/new_vault.ts";
import { type OpenVault, writeVault } from "./store/open_vault.ts";
import { takeIn, type TakenIn } from "./take_in/take_in.ts";

/** How files are added. */
interface AddOptions {
  /** Whether a file of another app may come in. */
  readonly force: boolean;
  /** Whether media that are damaged in the vault are repaired from the file. Default: no, which is faster. */
  readonly heals?: boolean;
  readonly now: () => Date;
  /** URL of a module whose thread may help; see `verify`. Without it this thread does all work. */
  readonly helperModule?: string | undefined;
  /** Number of rows from which it helps. Default: when it is worth the start. */
  readonly helpFrom?: number;
  /** Called for each table, and sometimes in between; it may throw to stop. */
  readonly onStep: (table: string, rows: number) => void;
}

/** A file to be added. */
interface Addable {
  open(): Promise<SnapshotFile>;
}

/** A vault that files are added to. */
export class VaultAdder implements AsyncDisposable {
  readonly #path: string;
  readonly #options: AddOptions;
  #vault: OpenVault | null = null;

  constructor(path: string, options: AddOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * Opens the vault, or begins a new one, before any file is read.
   * @throws {AnvilSqliteError} as `writeVault` and `beginVault`
   */
  async open(): Promise<void> {
    await this.#opened();
  }

  /**
   * Checks whether the vault could be written, and makes nothing.
   * @throws {AnvilSqliteError} as `writeVault`; `destination-missing` (exit 21) when its folder does not exist
   */
  async check(): Promise<void> {
    if (await vaultExists(this.#path)) {
      (await writeVault(this.#path))[Symbol.dispose]();
      return;
    }
    const folder = await Deno.stat(dirname(this.#path)).catch(() => null);
    if (folder?.isDirectory) return;
    throw new AnvilSqliteError(`There is no folder '${dirname(this.#path)}' for the vault`, {
      code: "destination-missing",
      hint: "Create it first, or choose another place.",
    });
  }

  /**
   * Adds a file.
   * @throws {AnvilSqliteError} as `openArchive`, `writeVault`, `beginVault` and `takeIn`; the vault is then unchanged
   */
  async add(snapshot: Addable): Promise<TakenIn> {
    await using file = await snapshot.open();
    using archive = await openArchive(file.path);
    const { size } = await Deno.stat(file.path);
    const vault = await this.#opened();
    const { force, heals = false, now, onStep, helperModule, helpFrom } = this.#options;
    const fileBytes = size + bytesElsewhere(archive.engine);
    const taken = await takeIn(vault, archive, { force, heals, now: now(), fileBytes, onStep, helperModule, helpFrom });
    if (vault.path !== this.#path) {
      this.#vault = null;
      await nameVault(vault, this.#path);
    }
    return taken;
  }

  async #opened(): Promise<OpenVault> {
    this.#vault ??= await vaultExists(this.#path) ? await writeVault(this.#path) : await beginVault(this.#path);
    return this.#vault;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const vault = this.#vault;
    this.#vault = null;
    if (vault === null) return;
    if (vault.path === this.#path) vault[Symbol.dispose]();
    else await dropVault(vault);
  }
}

/** Bytes of the media that are not in a file because the vault has them; an ordinary file has all of them. */
function bytesElsewhere(engine: Engine): number {
  const [row] = engine.query(`
    SELECT coalesce(sum(length), 0) FROM (
      SELECT DISTINCT sha256, length FROM _anvil_media_objects
      WHERE state = 'stored' AND sha256 NOT IN (SELECT sha256 FROM _anvil_blobs))`);
  return Number(row?.[0] ?? 0);
}
