/**
 * What is needed from the rest of the archive to write a cell: labels of linked rows, and what is known of a medium. It
 * only reads.
 */
import { MediaReader, type MediumRecord } from "../../archive/media/media_reader.ts";
import type { Cell } from "../../value/cell.ts";
import type { ExportContent } from "../job/export_job.ts";
import { LabelLookup } from "./label_lookup.ts";

/** What is needed to write cells. */
export class OutContext implements Disposable {
  /** Labels of links; null if links are written as ids. */
  readonly labels: LabelLookup | null;
  readonly media: MediaReader;

  constructor(job: ExportContent) {
    this.labels = job.labels ? new LabelLookup(job) : null;
    this.media = new MediaReader(job.archive.engine);
  }

  /** What is known of the medium in a cell. */
  medium(cell: Cell): MediumRecord | null {
    return typeof cell === "bigint" ? this.media.facts(cell) : null;
  }

  [Symbol.dispose](): void {
    this.labels?.[Symbol.dispose]();
    this.media[Symbol.dispose]();
  }
}

/** A medium in a text format: JSON with what is known of it, without its bytes. */
export function mediumText(facts: MediumRecord | null): string {
  if (facts === null) return "{}";
  const { name, contentType, stored } = facts;
  return JSON.stringify({
    name,
    type: contentType,
    ...(stored === null ? {} : { bytes: stored.length, sha256: stored.sha256 }),
  });
}

/** Row ids in a multi-link cell; empty if the cell is odd. */
export function linksOf(cell: string): readonly string[] {
  try {
    const links: unknown = JSON.parse(cell);
    return Array.isArray(links) ? links.map(String) : [];
  } catch {
    return [];
  }
}
