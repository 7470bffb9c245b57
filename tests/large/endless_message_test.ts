/**
 * What a server may do to this program's memory. Deno's own client bounds a frame, and not a message of many frames; nothing
 * above it can look at a message before it is whole. FAULTS.md says so; should a Deno bound it one day, this test fails.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { frameBytes, OPCODE } from "../fixtures/faults/websocket_frames.ts";

const MEGABYTE = 1_048_576;
/** More than the 64 MiB that Deno takes in one frame. */
const PIECES = 66;

/** Accepts one WebSocket and sends one message in pieces of a mebibyte. */
async function sendPieces(listener: Deno.TcpListener): Promise<void> {
  using line = await listener.accept();
  const buffer = new Uint8Array(4_096);
  const head = new TextDecoder().decode(buffer.subarray(0, await line.read(buffer) ?? 0));
  const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`;
  const writer = line.writable.getWriter();
  await writer.write(new TextEncoder().encode(answer));
  const payload = new Uint8Array(MEGABYTE).fill(0x78);
  for (let i = 0; i < PIECES; i++) {
    const opcode = i === 0 ? OPCODE.text : OPCODE.continuation;
    await writer.write(frameBytes({ opcode, payload, last: i === PIECES - 1 }));
  }
  // The client's farewell, which is answered by the end of the line.
  await line.read(buffer);
  writer.releaseLock();
}

Deno.test("a message in fragments is gathered by Deno's client beyond what one frame may have: no bound can be set", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sent = sendPieces(listener);
  const socket = new WebSocket(`ws://127.0.0.1:${listener.addr.port}/`);
  const length = await new Promise<number>((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(String(data).length);
    socket.onerror = (event) => reject(event instanceof ErrorEvent ? event.error : event);
  });
  assert.equal(length, PIECES * MEGABYTE);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.onerror = () => {};
  socket.close();
  await sent;
  await closed;
});
