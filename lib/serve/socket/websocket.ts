/**
 * The server's end of one WebSocket (RFC 6455) over a TCP connection that has been upgraded already.
 * Its own, because no ready-made one refuses a message by its announced length, and waits for a slow reader.
 * It knows no JSON and no Uplink.
 */
import { type Clock, systemClock } from "../../clock.ts";
import { type FrameHeader, frameHeader, headerLength, joined, OPCODE, readFrameHeader, unmask } from "./frame_codec.ts";
import { closeQuietly, type Line, writeAll } from "./line.ts";

/** What becomes of a connection. */
interface SocketEvents {
  onText(text: string): void;
  onBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** Called once, however it ended. */
  onClose(): void;
}

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

  async #readHeader(): Promise<FrameHeader | null> {
    if (!await this.#fill(2)) return null;
    const length = headerLength(this.#input[this.#start + 1] ?? 0);
    if (!await this.#fill(length)) return null;
    const header = readFrameHeader(this.#input.subarray(this.#start, this.#start + length));
    this.#start += length;
    return header;
  }

  async #readPayload({ length, mask }: FrameHeader): Promise<Uint8Array<ArrayBuffer> | null> {
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
