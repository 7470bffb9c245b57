/**
 * The order of an object's members by their keys, from the bytes of its JSON text. Keys are ASCII without escapes, so
 * that bytes sort as UTF-16 code units do. It builds no key. Pure.
 */

const QUOTE = 34;

/** Whether the key that opens at offset `a` sorts before the one at `b`. */
export function isKeyBefore(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 1;; i++) {
    const one = bytes[a + i] as number;
    const other = bytes[b + i] as number;
    if (other === QUOTE) return false;
    if (one === QUOTE) return true;
    if (one !== other) return one < other;
  }
}

/**
 * The places of members in the order of their keys, or null when a key occurs twice.
 * @param starts offsets at which the members begin
 */
export function memberOrder(bytes: Uint8Array, starts: readonly number[]): readonly number[] | null {
  const order = starts
    .map((_, i) => i)
    .sort((a, b) => isKeyBefore(bytes, starts[a] as number, starts[b] as number) ? -1 : 1);
  for (let i = 1; i < order.length; i++) {
    if (!isKeyBefore(bytes, starts[order[i - 1] as number] as number, starts[order[i] as number] as number)) {
      return null;
    }
  }
  return order;
}
