/**
 * The order of an object's members by their keys, from the bytes of its JSON text. Keys are ASCII without escapes, so
 * that bytes sort as UTF-16 code units do. It builds no key. Pure.
 */

const QUOTE = 34;
/** Up to this number, members are sorted by insertion, at half the cost of the array's own sort. */
const FEW_MEMBERS = 16;

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
  const order = starts.length > FEW_MEMBERS ? sorted(bytes, starts) : inserted(bytes, starts);
  for (let i = 1; i < order.length; i++) {
    if (!isKeyBefore(bytes, starts[order[i - 1] as number] as number, starts[order[i] as number] as number)) {
      return null;
    }
  }
  return order;
}

function sorted(bytes: Uint8Array, starts: readonly number[]): readonly number[] {
  return starts
    .map((_, i) => i)
    .sort((a, b) => isKeyBefore(bytes, starts[a] as number, starts[b] as number) ? -1 : 1);
}

function inserted(bytes: Uint8Array, starts: readonly number[]): readonly number[] {
  const order: number[] = [];
  for (let i = 0; i < starts.length; i++) {
    let at = i;
    for (; at > 0; at--) {
      const before = order[at - 1] as number;
      if (!isKeyBefore(bytes, starts[i] as number, starts[before] as number)) break;
      order[at] = before;
    }
    order[at] = i;
  }
  return order;
}
