/**
 * The server's end of one WebSocket (RFC 6455) over a TCP connection that has been upgraded already.
 * Its own, because no ready-made one refuses a message by its announced length, and waits for a slow reader.
 * It knows no JSON and no Uplink.
 */
import { type Clock, systemClock } from "../../clock.ts";
import { closeQuietly, type Line, writeAll } from "./line.ts";

/** What becomes of a connection. */
export interface SocketEvents {
  onText(text: string): void;
  onBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** Called once, however it ended. */
  onClose(): void;
}

/** Opcodes of RFC 6455, section 5.2. */
const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

const READ_BYTES = 65_536;
/** Small frames are written together, up to this many bytes. */
const BATCH_BYTES = 65_536;
/** How long a peer may take to answer a close before the line is cut, in milliseconds. */
const CLOSE_WAIT_MS = 2_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

interface Outgoing {
  readonly opcode: number;
  readonly payload: string | Uint8Array;
}

interface Header {
  readonly opcode: number;
  readonly last: boolean;
  readonly length: number;
  readonly mask: Uint8Array;
}

/** One open connection. */
export class ServerSocket {
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #maxMessageBytes: number;
  readonly #queue: Outgoing[] = [];
  #queuedBytes = 0;
  #writing = false;
  #open = true;
  #closing = false;
  #drainWaiters: (() => void)[] = [];
  #input: Uint8Array<ArrayBuffer> = new Uint8Array(READ_BYTES);
  #start = 0;
  #end: number;

  /**
   * @param early bytes that arrived behind the HTTP request
   * @param maxMessageBytes a longer message cuts the line
   */
  constructor(line: Line, early: Uint8Array, maxMessageBytes: number, clock: Clock = systemClock) {
    this.#line = line;
    this.#clock = clock;
    this.#maxMessageBytes = maxMessageBytes;
    this.#input = new Uint8Array(Math.max(READ_BYTES, early.length));
    this.#input.set(early);
    this.#end = early.length;
  }

  /** Whether frames can still be sent. */
  get isOpen(): boolean {
    return this.#open && !this.#closing;
  }

  /** Reads until the connection ends; handlers are called synchronously, one message after the other. */
  async run(events: SocketEvents): Promise<void> {
    try {
      await this.#readAll(events);
    } catch {
      // A broken line, a message too long or no UTF-8: the line is cut, as a real server does, and nothing is said.
    } finally {
      this.drop();
      events.onClose();
    }
  }

  /** Queues a text frame; `text` may be megabytes. */
  sendText(text: string): void {
    this.#send(OPCODE.text, text);
  }

  /** Queues a binary frame; the bytes must not change any more. */
  sendBinary(bytes: Uint8Array): void {
    this.#send(OPCODE.binary, bytes);
  }

  /** Resolves when at most `bytes` are queued, or the connection is gone. */
  drained(bytes: number): Promise<void> {
    if (!this.#open || this.#queuedBytes <= bytes) return Promise.resolve();
    return new Promise<void>((resolve) => this.#drainWaiters.push(resolve)).then(() => this.drained(bytes));
  }

  /** Sends what is queued, then closes with code 1000 and no reason, the only way a real server ever closes. */
  close(): void {
    if (!this.isOpen) return;
    this.#send(OPCODE.close, new Uint8Array([0x03, 0xe8]));
    this.#closing = true;
    this.#clock.after(CLOSE_WAIT_MS, () => this.drop());
  }

  /** Cuts the line at once, without a close frame and without what is queued. */
  drop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#wakeWaiters();
    closeQuietly(this.#line);
  }

  #send(opcode: number, payload: string | Uint8Array): void {
    if (!this.isOpen) return;
    this.#queue.push({ opcode, payload });
    this.#queuedBytes += payload.length;
    if (!this.#writing) this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    // Whatever is queued within this turn goes out together.
    await Promise.resolve();
    try {
      while (this.#open && this.#queue.length > 0) {
        const { bytes, queued } = this.#nextBatch();
        await writeAll(this.#line, bytes);
        this.#queuedBytes = Math.max(0, this.#queuedBytes - queued);
        this.#wakeWaiters();
      }
      if (this.#closing && this.#open) await this.#line.closeWrite();
    } catch {
      this.drop();
    } finally {
      this.#writing = false;
    }
  }

  #nextBatch(): { readonly bytes: Uint8Array; readonly queued: number } {
    const parts: Uint8Array[] = [];
    let size = 0;
    let queued = 0;
    while (size < BATCH_BYTES) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      const payload = typeof next.payload === "string" ? encoder.encode(next.payload) : next.payload;
      const header = frameHeader(next.opcode, payload.length);
      parts.push(header, payload);
      size += header.length + payload.length;
      queued += next.payload.length;
    }
    return { bytes: joined(...parts), queued };
  }

  #wakeWaiters(): void {
    const waiters = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const wake of waiters) wake();
  }

  async #readAll(events: SocketEvents): Promise<void> {
    let message: Uint8Array<ArrayBuffer>[] = [];
    let messageBytes = 0;
    let messageOpcode: number | null = null;
    for (;;) {
      const header = await this.#readHeader();
      if (header === null) return;
      const isControl = header.opcode >= OPCODE.close;
      if ((isControl ? 0 : messageBytes) + header.length > this.#maxMessageBytes) throw new RangeError("too long");
      const payload = await this.#readPayload(header);
      if (payload === null) return;
      if (isControl) {
        if (header.opcode === OPCODE.ping) this.#send(OPCODE.pong, payload);
        if (header.opcode === OPCODE.close) return await this.#answerClose(payload);
        continue;
      }
      if ((header.opcode === OPCODE.continuation) !== (messageOpcode !== null)) throw new TypeError("bad fragment");
      if (header.opcode !== OPCODE.continuation) messageOpcode = header.opcode;
      message.push(payload);
      messageBytes += payload.length;
      if (!header.last) continue;
      const whole = message.length === 1 ? payload : joined(...message);
      const isText = messageOpcode === OPCODE.text;
      message = [];
      messageBytes = 0;
      messageOpcode = null;
      if (isText) events.onText(decoder.decode(whole));
      else events.onBinary(whole);
    }
  }

  async #answerClose(payload: Uint8Array): Promise<void> {
    if (!this.#closing) {
      this.#send(OPCODE.close, payload.subarray(0, 2));
      this.#closing = true;
    }
    await this.drained(0);
  }

  async #readHeader(): Promise<Header | null> {
    if (!await this.#fill(2)) return null;
    const first = this.#input[this.#start] ?? 0;
    const second = this.#input[this.#start + 1] ?? 0;
    // No extension was agreed on, and a client must mask (RFC 6455, sections 5.1 and 5.2).
    if ((first & 0x70) !== 0 || (second & 0x80) === 0) throw new TypeError("bad frame");
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (!await this.#fill(2 + lengthBytes + 4)) return null;
    const view = new DataView(this.#input.buffer, this.#start, 2 + lengthBytes + 4);
    const length = lengthBytes === 2 ? view.getUint16(2) : lengthBytes === 8 ? Number(view.getBigUint64(2)) : short;
    const maskAt = this.#start + 2 + lengthBytes;
    const mask = this.#input.slice(maskAt, maskAt + 4);
    this.#start = maskAt + 4;
    return { opcode: first & 0x0f, last: (first & 0x80) !== 0, length, mask };
  }

  async #readPayload({ length, mask }: Header): Promise<Uint8Array<ArrayBuffer> | null> {
    const payload = new Uint8Array(length);
    let filled = Math.min(length, this.#end - this.#start);
    payload.set(this.#input.subarray(this.#start, this.#start + filled));
    this.#start += filled;
    while (filled < length) {
      const read = await this.#line.read(payload.subarray(filled));
      if (read === null) return null;
      filled += read;
    }
    unmask(payload, mask);
    return payload;
  }

  /** Makes at least `count` bytes of input available; false at the end of the line. */
  async #fill(count: number): Promise<boolean> {
    while (this.#end - this.#start < count) {
      if (this.#start > 0) {
        this.#input.copyWithin(0, this.#start, this.#end);
        this.#end -= this.#start;
        this.#start = 0;
      }
      const read = await this.#line.read(this.#input.subarray(this.#end));
      if (read === null) return false;
      this.#end += read;
    }
    return true;
  }
}

function frameHeader(opcode: number, length: number): Uint8Array {
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
function unmask(payload: Uint8Array<ArrayBuffer>, mask: Uint8Array): void {
  const words = new Uint32Array(payload.buffer, 0, payload.length >> 2);
  const word = new Uint32Array(mask.slice().buffer)[0] ?? 0;
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ word;
  for (let i = words.length << 2; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
