/**
 * Moves an older file out of the way, as the forum script did with its schema file, to a name that no file has. It
 * never overwrites a file of the user's. Files that SQLite keeps beside it are moved too.
 */
import { isTaken } from "../../disk/file_identity.ts";
import { SIDECAR_SUFFIXES } from "../../disk/sidecars.ts";
import { AnvilSqliteError } from "../../errors.ts";

/** A file that was moved. */
interface MovedFile {
  /** Where it is now. */
  readonly path: string;
  /** Moves it back, if its old name is free. */
  putBack(): Promise<void>;
}

/** Numbers of older files of one name that are tried, at most. */
const MAX_OLDER = 1_000;

/**
 * Moves `path`, if there is one, to `path.bak`, or to `path.bak2` and so on.
 * @returns null when there is nothing to move
 * @throws {AnvilSqliteError} `cannot-write` (exit 21)
 */
export async function moveAside(path: string): Promise<MovedFile | null> {
  const stat = await Deno.lstat(path).catch(() => null);
  if (stat === null) return null;
  if (!stat.isFile && !stat.isSymlink) throw cannotMove(path, `it is ${stat.isDirectory ? "a folder" : "not a file"}`);
  const to = await freeName(path);
  await moveAll(path, to);
  return { path: to, putBack: () => moveAll(to, path) };
}

/** The first name that is free, with all names that SQLite may take beside it. */
async function freeName(path: string): Promise<string> {
  for (let n = 1; n <= MAX_OLDER; n++) {
    const name = `${path}.bak${n === 1 ? "" : n}`;
    const taken = await Promise.all(["", ...SIDECAR_SUFFIXES].map((suffix) => isTaken(name + suffix)));
    if (!taken.includes(true)) return name;
  }
  throw cannotMove(path, `there are ${MAX_OLDER} older files beside it`);
}

/** Moves the file last: as long as it has its name, no other file can get it. */
async function moveAll(from: string, to: string): Promise<void> {
  for (const suffix of [...SIDECAR_SUFFIXES, ""]) {
    if (await isTaken(from + suffix)) await moveOne(from + suffix, to + suffix);
  }
}

/** Unlike a rename, a link fails when the name is taken. */
async function moveOne(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
    await Deno.remove(from);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) throw cannotMove(from, `'${to}' has come into being`, cause);
    await moveWithoutLinks(from, to);
  }
}

/** Moves a file on file systems without hard links. */
async function moveWithoutLinks(from: string, to: string): Promise<void> {
  if (await isTaken(to)) throw cannotMove(from, `'${to}' has come into being`);
  try {
    await Deno.rename(from, to);
  } catch (cause) {
    throw cannotMove(from, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function cannotMove(path: string, why: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot move '${path}' out of the way: ${why}`, {
    code: "cannot-write",
    hint: "Choose another name with -o.",
    cause,
  });
}
