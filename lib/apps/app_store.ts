/**
 * The apps that were set up, as files in one folder: `apps/NAME.yaml`, and a key in `keys/NAME.key`, both readable by
 * their owner only. A file is written under another name and gets its own when it is whole.
 */
import { basename, dirname, join } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import { closestWord } from "../ui/text/closest_word.ts";
import { oddName } from "./app_name.ts";
import type { AppSetup } from "./app_setup.ts";
import { configFolder, type ConfigVariables, homeFolder } from "./config_folder.ts";
import { readApp } from "./read_app.ts";
import { appText } from "./write_app.ts";

const ENDING = ".yaml";

/** The apps of one user. */
export class AppStore {
  readonly #os: string;
  readonly #variables: ConfigVariables;

  constructor(variables: ConfigVariables, os: string = Deno.build.os) {
    this.#os = os;
    this.#variables = variables;
  }

  /** The folder of apps and keys; null when no variable names one. */
  get folder(): string | null {
    return configFolder(this.#os, this.#variables);
  }

  /** The user's own folder; null when it is not known. */
  get home(): string | null {
    return homeFolder(this.#os, this.#variables);
  }

  /**
   * Path of an app's file, which may not exist.
   * @throws {AnvilSqliteError} `no-config-folder` (exit 2)
   */
  pathOf(name: string): string {
    return join(this.#folder(), "apps", name + ENDING);
  }

  /** Path of the stored key of an app. */
  keyPathOf(name: string): string {
    return join(this.#folder(), "keys", `${name}.key`);
  }

  /** Names of all apps, sorted. */
  async names(): Promise<readonly string[]> {
    if (this.folder === null) return [];
    const names: string[] = [];
    try {
      for await (const { name, isDirectory } of Deno.readDir(join(this.folder, "apps"))) {
        if (!isDirectory && name.endsWith(ENDING) && !name.startsWith(".")) names.push(basename(name, ENDING));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return names.sort();
  }

  /**
   * An app; null when there is no app of this name.
   * @throws {AnvilSqliteError} `bad-app-file` (exit 2)
   */
  async find(name: string): Promise<AppSetup | null> {
    if (oddName(name) !== null || this.folder === null) return null;
    const path = this.pathOf(name);
    const text = await readOrNull(path);
    return text === null ? null : readApp(text, { name, path, home: this.home });
  }

  /**
   * An app that must exist.
   * @throws {AnvilSqliteError} `no-such-app`, `bad-app-file` (exit 2)
   */
  async get(name: string): Promise<AppSetup> {
    const app = await this.find(name);
    if (app !== null) return app;
    const names = await this.names();
    const close = closestWord(name, names);
    const known = names.length === 0 ? "No app is set up yet." : `Apps that are set up: ${names.join(", ")}.`;
    throw new AnvilSqliteError(`No app is called '${name}'`, {
      code: "no-such-app",
      hint: close === null ? `${known} 'anvil-sqlite setup' adds one.` : `Did you mean '${close}'?`,
    });
  }

  /**
   * Stores an app, and its key (if there is one) in a file of its own: both, or nothing.
   * @throws {AnvilSqliteError} `cannot-write` (exit 21)
   */
  async save(app: AppSetup, key: string | null): Promise<void> {
    if (key !== null) await writeWhole(this.keyPathOf(app.name), `${key}\n`);
    await writeWhole(this.pathOf(app.name), appText(app));
  }

  #folder(): string {
    if (this.folder !== null) return this.folder;
    throw new AnvilSqliteError("There is no folder to keep apps in", {
      code: "no-config-folder",
      hint: "Set ANVIL_SQLITE_CONFIG to a folder of your own.",
    });
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new AnvilSqliteError(`Cannot read app file '${path}': ${reasonOf(cause)}`, {
      code: "bad-app-file",
      hint: "Check its permissions.",
      cause,
    });
  }
}

/** Writes a file that only its owner can read from its first byte on; it gets its name only when it is whole. */
async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const half = await Deno.makeTempFile({ dir: dirname(path), prefix: ".", suffix: ".new" });
    try {
      await Deno.writeTextFile(half, text, { mode: 0o600 });
      await Deno.rename(half, path);
    } catch (error) {
      await Deno.remove(half).catch(() => {});
      throw error;
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new AnvilSqliteError(`Cannot write '${path}': ${reasonOf(cause)}`, {
      code: "cannot-write",
      hint: "Check the permissions of its folder, or set ANVIL_SQLITE_CONFIG to another.",
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
}
