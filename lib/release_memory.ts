/**
 * Frees the memory of bytes at once: V8 lets hundreds of MB of them gather before it looks. It reads nothing.
 */

/** Frees bytes that nobody reads any more, and everything else in their buffer; they are empty afterwards. */
export function freeBytes({ buffer }: Uint8Array): void {
  // Moving a buffer to a new one of length 0 frees its memory (ECMA-262, ArrayBuffer.prototype.transfer).
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
