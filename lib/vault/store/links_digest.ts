/**
 * A digest of a list of broken links. A vault does not store the list, because it can be made again from the rows.
 * Pure.
 */
import { createHash } from "node:crypto";
import type { DanglingLink } from "../../archive/rows/dangling_links.ts";

/** Digests the list; returns hexadecimal text. */
export function linksDigest(links: readonly DanglingLink[]): string {
  const hash = createHash("sha256");
  for (const { table, column, row, target } of links) hash.update(`${JSON.stringify([table, column, row, target])}\n`);
  return hash.digest("hex");
}
