/**
 * Sizes in bytes as people read them, in powers of 1,000. Pure.
 */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** A size such as `512 B`, `4.2 kB`, `48 MB`; two digits below 10, no digit after the point above. */
export function byteSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // 999.5 would round to 1000 of the smaller unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
