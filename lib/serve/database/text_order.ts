/**
 * The order of texts by code point, as SQLite orders their bytes in UTF-8. JavaScript itself orders by UTF-16 code
 * unit, which puts surrogates before U+E000. Pure.
 */

/** Negative if `a` comes before `b`, zero if they are equal, positive otherwise. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [unitA, unitB] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** A code unit's place in the order: surrogates belong to characters beyond U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
