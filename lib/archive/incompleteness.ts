/**
 * What is missing in a backup, in sentences, as the backup itself says. It only reads the file's own words, and proves
 * nothing.
 */
import type { OpenArchive } from "./open_archive.ts";
import { type ArchiveWarning, readWarnings } from "./catalogue/catalogue.ts";
import { INCOMPLETE_CODES } from "./catalogue/incomplete_codes.ts";

/** The sentences; empty when the backup was complete. `counts` chooses the warnings that matter. */
export function incompleteness(
  { engine, catalogue }: Pick<OpenArchive, "engine" | "catalogue">,
  counts: (warning: ArchiveWarning) => boolean = () => true,
): readonly string[] {
  if (catalogue.provenance.get("complete") !== "no") return [];
  const missing = readWarnings(engine).filter((warning) => INCOMPLETE_CODES.has(warning.code) && counts(warning));
  return ["The backup was incomplete when it was made", ...missing.map(({ message }) => message)];
}
