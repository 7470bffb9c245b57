/**
 * The nights that pages are about: opened when somebody looks at them, and kept open for some time. It knows no page.
 */
import { openArchive } from "../../archive/open_archive.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { NightState } from "../model/night.ts";
import type { Library, Night } from "../model/night.ts";
import { NightFile } from "../queries/night_file.ts";

/** Files that are open at once. */
const OPEN = 4;

/** Returns where the file of a night is, or how far its making is. */
type StateOfFile = (key: string) => Promise<NightState>;

/** Thrown for a night that is still being taken out of a vault: the page says so, and asks again. */
export class StillMaking extends Error {
  constructor(readonly rows: number) {
    super("This night is being made");
  }
}

/** Opens nights, and keeps a few of them open. */
export class Shelf implements AsyncDisposable {
  readonly library: Library;
  readonly #stateOf: StateOfFile;
  /** In order of use: the night that was used last is the last. */
  readonly #open = new Map<string, Promise<NightFile>>();

  constructor(library: Library, stateOf: StateOfFile) {
    this.library = library;
    this.#stateOf = stateOf;
  }

  /** A night by its key, the newest for null; null if no night has that key. */
  night(key: string | null): Night | null {
    return this.library.nights.find((night) => night.key === (key ?? this.library.newest)) ?? null;
  }

  /** The night before another. */
  nightBefore({ key }: Night): Night | null {
    const { nights } = this.library;
    return nights[nights.findIndex((night) => night.key === key) + 1] ?? null;
  }

  /**
   * Opens a night.
   * @throws {StillMaking} while it is taken out of a vault
   * @throws {AnvilSqliteError} as `openArchive`
   */
  async file(night: Night): Promise<NightFile> {
    const { key } = night;
    const known = this.#open.get(key);
    const file = known ?? this.path(night).then(async (path) => new NightFile(await openArchive(path)));
    this.#open.delete(key);
    this.#open.set(key, file);
    file.catch(() => this.#open.delete(key));
    for (const [oldest, other] of this.#open) {
      if (this.#open.size <= OPEN) break;
      this.#open.delete(oldest);
      // A page may still be reading it in pieces: SQLite closes it when nothing refers to it any more.
      other.catch(() => {});
    }
    return await file;
  }

  /**
   * The path of a night's file.
   * @throws {StillMaking} while it is taken out of a vault
   */
  async path({ key }: Night): Promise<string> {
    const state = await this.#stateOf(key);
    switch (state.kind) {
      case "there":
        return state.path;
      case "making":
        throw new StillMaking(state.rows);
      case "failed":
        throw new AnvilSqliteError(`This night cannot be shown: ${state.message}`, { code: "cannot-open" });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const files = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const file of files) if (file.status === "fulfilled") file.value.archive[Symbol.dispose]();
  }
}
