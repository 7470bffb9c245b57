/**
 * Names of media files: by the label of their row, by its id, or by their bytes. Each name contains the row's id, so
 * that no two names in a folder are the same. Pure.
 */
import type { StoredMedium } from "../../archive/media/media_reader.ts";
import { fileEnding, fileName, withoutEnding } from "../../naming/file_name.ts";

/** Ways to name files. */
const NAMINGS = ["label", "id", "hash"] as const;

/** One of {@link NAMINGS}. */
export type Naming = typeof NAMINGS[number];

/** Endings of common types, for files whose name has no ending (iana.org/assignments/media-types). */
const ENDINGS: Readonly<Record<string, string>> = {
  "application/json": ".json",
  "application/pdf": ".pdf",
  "application/zip": ".zip",
  "audio/mpeg": ".mp3",
  "image/gif": ".gif",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/svg+xml": ".svg",
  "image/webp": ".webp",
  "text/csv": ".csv",
  "text/html": ".html",
  "text/plain": ".txt",
  "video/mp4": ".mp4",
};

/** The path of a file: names from the top folder down to the file. */
export function filePath(
  naming: Naming,
  folders: readonly [table: string, column: string],
  medium: StoredMedium,
  row: { readonly id: string; readonly label: string | null },
): readonly string[] {
  const ending = fileEnding(medium.name ?? "") || (ENDINGS[medium.contentType?.split(";", 1)[0]?.trim() ?? ""] ?? "");
  switch (naming) {
    case "hash":
      return ["sha256", medium.sha256.slice(0, 2), `${medium.sha256}${ending}`];
    case "id":
      return [...folders, `${row.id}${ending}`];
    case "label": {
      const text = row.label ?? withoutEnding(medium.name ?? "");
      return [...folders, fileName(text, `${text.trim() === "" ? "" : " "}${row.id}${ending}`)];
    }
  }
}
