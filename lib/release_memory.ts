/** Frees the memory of bytes at once: V8 lets hundreds of MB of them gather before it looks. It reads nothing. */

/** Frees bytes that nobody reads any more, and whatever else stands in their buffer; they are empty after. */
export function freeBytes({ buffer }: Uint8Array): void {
  // Moving a buffer to one of no length lets go of its memory (ECMA-262, ArrayBuffer.prototype.transfer).
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
