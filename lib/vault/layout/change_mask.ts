/**
 * Which cells of a row a line of history holds: one bit a numbered column, the lowest bit of the first byte for column 1.
 * Pure.
 */

/** The mask of some numbered columns. */
export function changeMask(numbers: Iterable<number>): Uint8Array {
  const bytes: number[] = [];
  for (const number of numbers) {
    const at = (number - 1) >> 3;
    while (bytes.length <= at) bytes.push(0);
    bytes[at] = (bytes[at] ?? 0) | 1 << ((number - 1) & 7);
  }
  return Uint8Array.from(bytes);
}

/** Whether a mask names a numbered column. */
export function inMask(mask: Uint8Array, number: number): boolean {
  return ((mask[(number - 1) >> 3] ?? 0) & 1 << ((number - 1) & 7)) !== 0;
}

/** Hexadecimal digits (capitals) that have one of their four bits set, by bit. */
const DIGITS_WITH_BIT = ["13579BDF", "2367ABEF", "4567CDEF", "89ABCDEF"] as const;

/** SQL that is true if the mask `mask` names a numbered column. SQLite has no bit operators for a BLOB. */
export function maskTest(mask: string, number: number): string {
  const byte = ((number - 1) >> 3) + 1;
  const bit = (number - 1) & 7;
  const digits = `[${DIGITS_WITH_BIT[(bit & 3) as 0 | 1 | 2 | 3]}]`;
  return `hex(substr(${mask}, ${byte}, 1)) GLOB '${bit < 4 ? `?${digits}` : `${digits}?`}'`;
}
