/**
 * What a user names, as nights that pages can show. Files of the forum scripts are shown as archives made of them.
 */
import { openArchive } from "../../archive/open_archive.ts";
import type { Catalogue } from "../../archive/catalogue/catalogue.ts";
import { type Library, type Night, nightKey } from "../model/night.ts";

/** A library with the files of its nights. */
interface OpenLibrary extends AsyncDisposable {
  readonly library: Library;
  /** Where the file of a night is. */
  readonly pathOf: (key: string) => Promise<string>;
}

/**
 * Opens a file.
 * @throws {AnvilSqliteError} as `openArchive`
 */
export async function openLibrary(source: string): Promise<OpenLibrary> {
  using archive = await openArchive(source);
  const night = nightOfFile(source, archive.catalogue, (await Deno.stat(source)).size);
  return {
    library: {
      source,
      kind: "file",
      app: String(archive.catalogue.provenance.get("app_name") ?? ""),
      nights: [night],
      newest: night.key,
      proven: null,
    },
    pathOf: () => Promise.resolve(source),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function nightOfFile(source: string, { provenance, tables }: Catalogue, bytes: number): Night {
  const text = (key: string) => String(provenance.get(key) ?? "");
  const started = new Date(text("backup_start"));
  const start = Number.isNaN(started.getTime()) ? null : started;
  return {
    key: nightKey(start, new Set()),
    source,
    start: start?.getTime() ?? null,
    complete: text("complete") !== "no",
    sameMoment: text("snapshot_kind") === "consistent",
    rows: tables.reduce((sum, { rowsCopied }) => sum + (rowsCopied ?? 0), 0),
    bytes,
    looksWrong: [],
  };
}
