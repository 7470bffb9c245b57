/**
 * Reads how a user names a source: a file, a folder, a vault, a pattern or the name of an app, with or without `@WHEN`
 * behind it. It finds the place and the snapshots in it; it opens none of them.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { SourceContext } from "./context.ts";
import { fileKind } from "./file_kind.ts";
import { fileSnapshot } from "./file_snapshot.ts";
import { filesIn, type FolderListing, listFiles } from "./folder.ts";
import { expandPattern, isPattern } from "./glob.ts";
import { parseWhen, type When, WHEN_FORMS } from "./when.ts";

/** A place with snapshots. */
type SnapshotPlace =
  | { readonly kind: "file" | "folder" | "vault"; readonly path: string }
  | { readonly kind: "pattern"; readonly path: string; readonly paths: readonly string[] };

/** A source after reading its text. */
export interface Source {
  /** As the user wrote it. */
  readonly text: string;
  readonly place: SnapshotPlace;
  readonly when: When | null;
  /** The app's name, if the source is one. */
  readonly appName: string | null;
}

/**
 * Reads a source. A path that exists comes first, even with an `@` in it; then a path before an `@WHEN`; then the name
 * of an app, with or without `@WHEN`.
 * @throws {AnvilSqliteError} `cannot-open` (exit 20) when there is no such thing; `bad-when` (exit 2)
 */
export async function findSource(text: string, context: SourceContext): Promise<Source> {
  const whole = await findPlace(text, context);
  if (whole !== null) return { text, ...whole, when: null };
  const at = text.lastIndexOf("@");
  if (at <= 0) throw noSuchSource(text);
  const [name, word] = [text.slice(0, at), text.slice(at + 1)];
  const found = await findPlace(name, context);
  if (found === null) throw noSuchSource(name);
  const when = parseWhen(word, context.now);
  if (when === null) {
    throw new AnvilSqliteError(`'@${word}' does not say which snapshot of '${name}'`, {
      code: "bad-when",
      hint: `Write ${WHEN_FORMS}.`,
    });
  }
  return { text, ...found, when };
}

type Found = Pick<Source, "place" | "appName">;

async function findPlace(path: string, { apps }: SourceContext): Promise<Found | null> {
  const existing = await placeAt(path);
  if (existing !== null) return { place: existing, appName: null };
  if (isPattern(path)) {
    const paths = await expandPattern(path);
    return paths.length === 0 ? null : { place: { kind: "pattern", path, paths }, appName: null };
  }
  const home = await apps?.placeOf(path) ?? null;
  if (home === null) return null;
  const place = await placeAt(home);
  if (place !== null) return { place, appName: path };
  throw new AnvilSqliteError(`App '${path}' has no backup yet: there is no '${home}'`, {
    code: "no-such-snapshot",
    hint: `Make one with 'anvil-sqlite backup ${path}'.`,
  });
}

/** What is at a path; null when nothing is there. */
export async function placeAt(path: string): Promise<SnapshotPlace | null> {
  // Standard input: the code that opens it refuses it.
  if (path === "-") return { kind: "file", path };
  const stat = await Deno.stat(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  });
  if (stat === null) return null;
  if (stat.isDirectory) return { kind: "folder", path };
  return { kind: stat.isFile && await fileKind(path) === "vault" ? "vault" : "file", path };
}

/**
 * The snapshots of a place, the oldest first, and what was passed over.
 * @throws {AnvilSqliteError} for a file or a vault that cannot be read; in folders such files are passed over
 */
export async function listPlace(place: SnapshotPlace, context: SourceContext): Promise<FolderListing> {
  switch (place.kind) {
    case "file": {
      const { isBackup: _, ...snapshot } = await fileSnapshot(place.path);
      return { snapshots: [snapshot], passedOver: [] };
    }
    case "folder":
      return await listFiles(await filesIn(place.path));
    case "pattern":
      return await listFiles(place.paths);
    case "vault":
      if (context.vaults === null) throw noVaults(place.path);
      return { snapshots: await context.vaults.list(place.path), passedOver: [] };
  }
}

function noSuchSource(name: string): AnvilSqliteError {
  return new AnvilSqliteError(`There is no file, folder or app '${name}'`, {
    code: "cannot-open",
    hint: "Give the path of a backup, of a folder of backups or of a vault, or the name of an app that was set up.",
  });
}

function noVaults(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is a vault, which this version cannot read`, {
    code: "newer-format",
    hint: "Get the newest version of anvil-sqlite.",
  });
}
