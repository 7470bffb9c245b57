/**
 * The bytes of WebSocket frames (RFC 6455, section 5.2): headers read and written, masks undone. It keeps nothing.
 */

/** Opcodes of RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** The header of a client's frame. */
export interface FrameHeader {
  readonly opcode: number;
  readonly last: boolean;
  /** Bytes of the payload. */
  readonly length: number;
  readonly mask: Uint8Array;
}

/**
 * Number of bytes of a client's header, from its second byte.
 * @throws {TypeError} for a frame without a mask
 */
export function headerLength(second: number): number {
  if ((second & 0x80) === 0) throw new TypeError("a frame without a mask");
  const short = second & 0x7f;
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + 4;
}

/**
 * Reads a client's header.
 * @throws {TypeError} for a header with an extension: none was agreed on (section 5.2)
 */
export function readFrameHeader(bytes: Uint8Array<ArrayBuffer>): FrameHeader {
  const [first = 0, second = 0] = bytes;
  if ((first & 0x70) !== 0) throw new TypeError("a frame with an extension");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const short = second & 0x7f;
  const length = short === 126 ? view.getUint16(2) : short === 127 ? Number(view.getBigUint64(2)) : short;
  return { opcode: first & 0x0f, last: (first & 0x80) !== 0, length, mask: bytes.slice(-4) };
}

/** The complete header of a server's frame, which is always unfragmented and has no mask. */
export function frameHeader(opcode: number, length: number): Uint8Array {
  if (length < 126) return new Uint8Array([0x80 | opcode, length]);
  const header = new Uint8Array(length < 65_536 ? 4 : 10);
  const view = new DataView(header.buffer);
  header[0] = 0x80 | opcode;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) view.setUint16(2, length);
  else view.setBigUint64(2, BigInt(length));
  return header;
}

/** Undoes a client's mask, four bytes at a time; `payload` starts at the beginning of its buffer. */
export function unmask(payload: Uint8Array<ArrayBuffer>, mask: Uint8Array): void {
  const words = new Uint32Array(payload.buffer, 0, payload.length >> 2);
  const word = new Uint32Array(mask.slice().buffer)[0] ?? 0;
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ word;
  for (let i = words.length << 2; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
}

/** All the bytes in one piece. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
