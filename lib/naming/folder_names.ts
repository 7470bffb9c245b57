/**
 * Names in one folder, each used only once. Some systems do not distinguish `Cover` from `cover`, or the two spellings
 * of `é`, and would write one file over another. It remembers names; it touches no file.
 */
import { fileName, MAX_NAME_BYTES } from "./file_name.ts";

/** Names of a folder. */
export class FolderNames {
  readonly #taken: Set<string>;

  /** @param reserved names that are used already */
  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved.map(foldFileName));
  }

  /** A free name made from a text, with `_2`, `_3` and so on before its tail if it is used already. */
  give(text: string, tail = "", maxBytes = MAX_NAME_BYTES): string {
    for (let n = 1;; n++) {
      const name = fileName(text, `${n === 1 ? "" : `_${n}`}${tail}`, maxBytes);
      const folded = foldFileName(name);
      if (this.#taken.has(folded)) continue;
      this.#taken.add(folded);
      return name;
    }
  }
}

/** A text that is equal for names which one of the three systems takes for the same: case and composition. */
function foldFileName(name: string): string {
  return name.normalize("NFD").toUpperCase().toLowerCase().normalize("NFC");
}
