/**
 * Counts as people read them. Pure, and the same in every locale.
 */

/** A whole number with commas between thousands: `1,234,567`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with its noun: `1 row`, `1,200 rows`. */
export function countOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}
