/**
 * How a copy has gone so far: what came, and what was asked for and is not in the file as it should be. It reports to
 * the progress and writes into the file; it fetches nothing.
 */
import { type ArchiveWarning, readWarnings } from "../../archive/catalogue/catalogue.ts";
import { INCOMPLETE_CODES } from "../../archive/catalogue/incomplete_codes.ts";
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import type { Snapshot } from "../../tables/session.ts";
import type { Progress } from "../../ui/progress/progress.ts";

/** What a copy has brought, and what it lacks. */
export class CopyOutcome {
  readonly #writer: ArchiveWriter;
  readonly #progress: Progress;
  readonly #warnings: { code: string; message: string }[] = [];
  #incomplete = 0;
  #rows = 0;
  #media = 0;
  #mediaBytes = 0;
  #mediaTotal = 0;
  #reused = 0;
  #reusedBytes = 0;
  readonly #looksWrong: string[] = [];

  constructor(writer: ArchiveWriter, progress: Progress) {
    this.#writer = writer;
    this.#progress = progress;
  }

  /** Number of things that were asked for and are not in the file. */
  get incomplete(): number {
    return this.#incomplete;
  }

  /** Why the file is incomplete. */
  get warnings(): readonly { readonly code: string; readonly message: string }[] {
    return this.#warnings;
  }

  /** Media that were taken from an earlier backup. */
  get reused(): { readonly media: number; readonly bytes: number } {
    return { media: this.#reused, bytes: this.#reusedBytes };
  }

  /** What looks wrong compared with the backup before, in sentences. */
  get looksWrong(): readonly string[] {
    return this.#looksWrong;
  }

  /**
   * Grows with every row and every medium that comes into the file: so it shows whether a session has brought anything.
   */
  get stepsDone(): number {
    return this.#rows + this.#media;
  }

  /** Takes over what an earlier run found missing: it is still missing. */
  recall(): void {
    for (const { code, message } of readWarnings(this.#writer.engine)) {
      if (INCOMPLETE_CODES.has(code)) this.#note({ code, message });
    }
  }

  rowsWritten(count: number): void {
    this.#rows += count;
  }

  /** Notes that more media are expected. */
  mediaFound(count: number): void {
    this.#mediaTotal += count;
  }

  /** Sets how many media are still expected, whatever an earlier session has found. */
  mediaLeft(count: number): void {
    this.#mediaTotal = this.#media + count;
  }

  mediumStored(bytes: number): void {
    this.#media++;
    this.#mediaBytes += bytes;
    this.#progress.report({ type: "media", done: this.#media, total: this.#mediaTotal, bytes: this.#mediaBytes });
  }

  mediumReused(bytes: number): void {
    this.#reused++;
    this.#reusedBytes += bytes;
    this.mediumStored(bytes);
  }

  /** Writes down and reports what looks wrong; this does not make the file incomplete. */
  looksWrongIn(warnings: readonly ArchiveWarning[]): void {
    this.#writer.warn(warnings);
    for (const { code, message } of warnings) {
      this.#looksWrong.push(message);
      this.#progress.report({ type: "warning", code, message });
    }
  }

  /**
   * Writes down and reports something asked for that is not in the file as it should be; the run then ends with exit
   * code 3.
   */
  missing(warning: ArchiveWarning): void {
    this.#writer.warn([warning]);
    this.missingAlready(warning);
  }

  /** The same, for what the file already says. */
  missingAlready({ code, message }: ArchiveWarning): void {
    this.#note({ code, message });
    this.#progress.report({ type: "warning", code, message });
  }

  /**
   * The rows are not all from the same moment: reported in every mode of output; exit code 3 if that was not allowed.
   */
  notOneMoment({ reason }: Snapshot, isRequired: boolean): void {
    const message = `The rows are not all from the same moment: ${reason}`;
    const place = { table: null, column: null, row: null };
    if (isRequired) return this.missing({ code: "snapshot-required", ...place, message });
    this.#writer.warn([{ code: "not-one-moment", ...place, message }]);
    this.#progress.report({ type: "warning", code: "not-one-moment", message });
  }

  #note(warning: { readonly code: string; readonly message: string }): void {
    this.#incomplete++;
    this.#warnings.push(warning);
  }
}
