/** The server's end of a WebSocket: what it takes, what it cuts the line for, and how it closes. */
import assert from "node:assert/strict";
import type { Line } from "../../../lib/serve/socket/line.ts";
import { ServerSocket } from "../../../lib/serve/socket/websocket.ts";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { frameBytes, OPCODE } from "../../fixtures/faults/websocket_frames.ts";
import { RawClient } from "../../fixtures/serving/raw_client.ts";
import { KEYS, served } from "../../fixtures/serving/serve_client.ts";

const ECHO = { type: "CALL", id: "1", command: "anvil.private.echo", args: ["x"] };

async function echoes(client: RawClient): Promise<void> {
  await client.sendJson(ECHO);
  assert.equal((await client.json())["response"], "x");
}

Deno.test("a message may come in pieces, empty ones too, with pings between them, which are answered at once", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  const text = JSON.stringify(ECHO);
  await client.sendFrame({ opcode: OPCODE.text, payload: text.slice(0, 10), last: false });
  await client.sendFrame({ opcode: OPCODE.continuation, payload: "", last: false });
  await client.sendFrame({ opcode: OPCODE.ping, payload: "are you there" });
  await client.sendFrame({ opcode: OPCODE.pong });
  await client.sendFrame({ opcode: OPCODE.continuation, payload: text.slice(10) });
  const pong = await client.frame();
  assert.equal(pong?.opcode, OPCODE.pong);
  assert.equal(new TextDecoder().decode(pong.payload), "are you there");
  assert.equal((await client.json())["response"], "x");
});

Deno.test("a close is answered with the same code, and the line ends", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  await client.sendFrame({ opcode: OPCODE.close, payload: new Uint8Array([0x03, 0xe8]) });
  assert.equal(await client.ended(), "closed");
});

const BAD_FRAMES: Readonly<Record<string, Uint8Array>> = {
  "without a mask": frameBytes({ opcode: OPCODE.text, payload: "{}" }),
  "with a reserved bit": frameBytes({ opcode: OPCODE.text | 0x40, payload: "{}", masked: true }),
  "a continuation of nothing": frameBytes({ opcode: OPCODE.continuation, payload: "x", masked: true }),
  "a ping of 126 bytes": frameBytes({ opcode: OPCODE.ping, payload: "x".repeat(126), masked: true }),
  "a ping in pieces": frameBytes({ opcode: OPCODE.ping, payload: "x", last: false, masked: true }),
  "text that is not UTF-8": frameBytes({ opcode: OPCODE.text, payload: new Uint8Array([0xff]), masked: true }),
  "16 MiB and one byte, by its header": frameBytes({ opcode: OPCODE.text, length: 16_777_217, masked: true }),
  "a length beyond all memory": frameBytes({ opcode: OPCODE.binary, length: 2 ** 50, masked: true }),
};

for (const [what, bytes] of Object.entries(BAD_FRAMES)) {
  Deno.test(`a frame ${what} cuts the line without a word`, async () => {
    await using serving = await served();
    using client = await RawClient.greet(serving.server.url, KEYS.server);
    await client.send(bytes);
    assert.equal(await client.ended(), "cut");
  });
}

Deno.test("a second message within a message cuts the line", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  await client.sendFrame({ opcode: OPCODE.text, payload: "{", last: false });
  await client.sendFrame({ opcode: OPCODE.text, payload: "{}" });
  assert.equal(await client.ended(), "cut");
});

/** Sends the same bytes until the line is cut; gives how many were sent. */
async function sendUntilCut(client: RawClient, bytes: Uint8Array, atMost: number): Promise<number> {
  let sent = 0;
  while (sent < atMost && await client.send(bytes)) sent += bytes.length;
  return sent;
}

Deno.test("pieces of one message without end, empty ones counted, cut the line", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  await client.sendFrame({ opcode: OPCODE.text, payload: "", last: false });
  const many = new Uint8Array(6 * 1_000);
  for (let i = 0; i < 1_000; i++) {
    many.set(frameBytes({ opcode: OPCODE.continuation, last: false, masked: true }), i * 6);
  }
  assert.ok(await sendUntilCut(client, many, 48_000_000) < 10_000_000);
  using other = await RawClient.greet(serving.server.url, KEYS.server);
  await echoes(other);
});

Deno.test("pings whose pongs nobody reads cut the line", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  const ping = frameBytes({ opcode: OPCODE.ping, payload: "x".repeat(125), masked: true });
  const many = new Uint8Array(ping.length * 1_000);
  for (let i = 0; i < 1_000; i++) many.set(ping, i * ping.length);
  assert.ok(await sendUntilCut(client, many, 500_000_000) < 100_000_000);
  using other = await RawClient.greet(serving.server.url, KEYS.server);
  await echoes(other);
});

/** A line that takes nothing, and gives nothing until it is closed. */
class StuckLine implements Line {
  isClosed = false;
  #close: () => void = () => {};
  readonly #closed = new Promise<null>((resolve) => this.#close = () => resolve(null));
  readonly read = () => this.#closed;
  readonly write = () => new Promise<number>(() => {});
  readonly closeWrite = () => Promise.resolve();
  readonly close = () => {
    this.isClosed = true;
    this.#close();
  };
}

Deno.test("a peer that takes nothing is cut off when 64 MiB wait for it, or after two minutes", async () => {
  const clock = new ManualClock();
  const events = { onText: () => {}, onBinary: () => {}, onClose: () => {} };
  const full = new StuckLine();
  const socket = new ServerSocket(full, new Uint8Array(), 100, clock);
  const ended = socket.run(events);
  const reply = "x".repeat(16_000_000);
  for (let i = 0; i < 4; i++) socket.sendText(reply);
  assert.ok(socket.isOpen);
  socket.sendText(reply);
  assert.ok(!socket.isOpen && full.isClosed);
  await ended;
  const stalled = new StuckLine();
  const other = new ServerSocket(stalled, new Uint8Array(), 100, clock);
  const over = other.run(events);
  other.sendText("x");
  await Promise.resolve();
  clock.advance(119_999);
  assert.ok(other.isOpen);
  clock.advance(1);
  assert.ok(!other.isOpen && stalled.isClosed);
  await over;
});

Deno.test("a key may not be long: 60 messages of 15 MB before it cost nothing, and others are answered meanwhile", async () => {
  await using serving = await served();
  for (let i = 0; i < 60; i++) {
    using client = await RawClient.open(serving.server.url);
    await client.send(frameBytes({ opcode: OPCODE.text, length: 15_000_000, masked: true }));
    await client.send(new Uint8Array(100_000));
    assert.equal(await client.ended(), "cut");
  }
  using honest = await RawClient.greet(serving.server.url, KEYS.server);
  await echoes(honest);
});

Deno.test("bytes before a key are dropped, and too many of them cut the line", async () => {
  await using serving = await served();
  using client = await RawClient.open(serving.server.url);
  await client.sendFrame({ opcode: OPCODE.binary, payload: "chunk" });
  await client.sendJson({ key: KEYS.server, v: 8 });
  assert.ok("auth" in await client.json());
  using other = await RawClient.open(serving.server.url);
  for (let i = 0; i < 40; i++) await other.sendFrame({ opcode: OPCODE.binary, payload: "x".repeat(1_000) });
  assert.equal(await other.ended(), "cut");
});
