/**
 * A folder that is filled under a partial name and gets its own when it is whole, with the SHA-256 of every file in it.
 * It never overwrites; a failed folder is removed.
 */
import { dirname, join } from "../deps.ts";
import { cannotWrite } from "../disk/place_errors.ts";
import { renameFree } from "./final_name.ts";
import { checkFree, isThere, PARTIAL, PartialFile, type WrittenFile } from "./partial_file.ts";

/** Sums of all files, as `sha256sum -c` reads them. */
export const SUMS_FILE = "SHA256SUMS";

/** A folder that is being made. */
export class PartialFolder {
  /** Its path until it has its name. */
  readonly path: string;
  readonly #finalPath: string;
  readonly #folders = new Set<string>();
  #sums: PartialFile | null = null;
  /** Whether it is whole: then it stays, even if its name is taken by now. */
  #isWhole = false;
  readonly #encoder = new TextEncoder();

  /**
   * Begins a folder.
   * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
   */
  constructor(finalPath: string) {
    const wanted = finalPath.replace(/[/\\]+$/, "");
    checkFree(wanted);
    this.#finalPath = wanted;
    this.path = wanted + PARTIAL;
    makeFolder(this.path, false);
    this.#sums = PartialFile.inside(join(this.path, SUMS_FILE));
  }

  /**
   * Begins a file below the folder.
   * @param names folders and the file's own name, each made by `naming`
   */
  file(names: readonly string[]): PartialFile {
    const path = join(this.path, ...names);
    const folder = dirname(path);
    if (!this.#folders.has(folder)) {
      makeFolder(folder, true);
      this.#folders.add(folder);
    }
    return PartialFile.inside(path);
  }

  /** Whether a file exists there already. */
  has(names: readonly string[]): boolean {
    return isThere(join(this.path, ...names));
  }

  /** Finishes a file that {@link file} has begun, and notes its SHA-256. */
  async finishFile(file: PartialFile, names: readonly string[], sync = true): Promise<WrittenFile> {
    const written = await file.finish(sync);
    this.#sums?.write(this.#encoder.encode(`${written.sha256}  ${names.join("/")}\n`));
    return written;
  }

  /** Writes the file with the sums: no other file may be added after it. */
  async finishSums(): Promise<void> {
    await this.#sums?.finish();
    this.#sums = null;
  }

  /** Gives the folder its name. */
  async finish(): Promise<void> {
    this.#isWhole = true;
    await renameFree(this.path, this.#finalPath);
  }

  /** Removes an unfinished folder. */
  discard(): void {
    if (this.#isWhole) return;
    this.#sums?.discard();
    this.#sums = null;
    Deno.removeSync(this.path, { recursive: true });
  }
}

function makeFolder(path: string, recursive: boolean): void {
  try {
    Deno.mkdirSync(path, { mode: 0o700, recursive });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}
