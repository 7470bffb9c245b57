/**
 * A path that another library writes to. It is made as an empty file under a partial name, readable by its owner only,
 * and gets its own name when it is whole and synced. It never overwrites.
 */
import { AnvilSqliteError } from "../errors.ts";
import { storageError } from "../sqlite/storage_errors.ts";
import { cannotWrite } from "../disk/place_errors.ts";
import { giveFinalName } from "./final_name.ts";
import { checkFree, PARTIAL } from "./partial_file.ts";

/** The path of a file that is being made. */
export class ClaimedPath {
  /** The path to write to. */
  readonly path: string;
  readonly #finalPath: string;
  #isWhole = false;

  /**
   * Reserves a path.
   * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
   */
  constructor(finalPath: string) {
    checkFree(finalPath);
    this.#finalPath = finalPath;
    this.path = finalPath + PARTIAL;
    try {
      Deno.openSync(this.path, { write: true, createNew: true, mode: 0o600 }).close();
    } catch (cause) {
      throw cannotWrite(this.path, cause);
    }
  }

  /** Syncs the file and names it. */
  async finish(): Promise<void> {
    try {
      using file = await Deno.open(this.path, { write: true });
      await file.sync();
    } catch (cause) {
      const known = storageError(cause, this.path);
      throw known instanceof AnvilSqliteError ? known : cannotWrite(this.path, cause);
    }
    this.#isWhole = true;
    await giveFinalName(this.path, this.#finalPath);
  }

  /** Removes an unfinished file; after {@link finish} it does nothing. */
  discard(): void {
    if (!this.#isWhole) Deno.removeSync(this.path);
  }
}
