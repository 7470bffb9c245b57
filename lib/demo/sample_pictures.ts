/**
 * Small PNG pictures drawn by arithmetic, so that the demo has real media without a file of its own.
 * Pure: numbers in, bytes out.
 */
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A book cover: a gradient in the book's own hue with a band across it. */
export function coverPicture(seed: number, width = 48, height = 64): Uint8Array {
  const rows = new Uint8Array(height * (1 + width * 3));
  let at = 0;
  for (let y = 0; y < height; y++) {
    // Each line begins with its filter type; 0 means no filter.
    rows[at++] = 0;
    for (let x = 0; x < width; x++) {
      const band = y > height / 3 && y < height / 2 ? 90 : 0;
      rows[at++] = (seed * 53 + x * 2 + band) % 256;
      rows[at++] = (seed * 97 + y * 2 + band) % 256;
      rows[at++] = (seed * 151 + x + y) % 256;
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  return concat([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", new Uint8Array(deflateSync(rows))),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(type), data]);
  const whole = new Uint8Array(body.length + 8);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  whole.set(body, 4);
  view.setUint32(4 + body.length, crc32(body));
  return whole;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
