/**
 * The server's end of one WebSocket (RFC 6455), over a TCP connection that has been upgraded already. It is our own
 * because no ready-made one refuses a message by its announced length and also waits for a slow reader. It knows no
 * JSON and no Uplink.
 */
import { type Clock, systemClock } from "../../clock.ts";
import { type FrameHeader, frameHeader, headerLength, joined, OPCODE, readFrameHeader, unmask } from "./frame_codec.ts";
import { closeQuietly, type Line } from "./line.ts";

/** What happens to a connection. */
interface SocketEvents {
  onText(text: string): void;
  onBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** Called once, however it ended. */
  onClose(): void;
}

/** Most bytes that may arrive before the key, which has a hundred. */
const STRANGER_BYTES = 16_384;
/** Bytes of a frame's shortest header. */
const HEADER_BYTES = 6;
/** The longest payload of a control frame (RFC 6455, section 5.5). */
const MAX_CONTROL_BYTES = 125;
/** Most frames in one message: pieces of 1 kB, in a message of the greatest length. */
const MAX_FRAGMENTS = 16_384;
/** Unsent bytes above which reading stops: two replies of the greatest length. */
const PAUSE_BYTES = 33_554_432;
/** Unsent bytes above which the connection is cut: four such replies, to calls that were read before. */
const MAX_UNSENT_BYTES = 67_108_864;
/** How long a client may read nothing of what is to be sent, in milliseconds. */
const STALL_MS = 120_000;
/** Unsent pongs above which the connection is cut: a client that reads never has so many. */
const MAX_UNSENT_PONGS = 256;

/** Bytes that are read at once, before the key and after it. */
const STRANGER_READ_BYTES = 2_048;
const READ_BYTES = 65_536;
/** Small frames are written together, up to this many bytes. */
const BATCH_BYTES = 65_536;
/** How long a client may take to answer a close before the connection is cut, in milliseconds. */
const CLOSE_WAIT_MS = 2_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

interface Outgoing {
  readonly opcode: number;
  readonly payload: string | Uint8Array;
}

/**
 * Deno's client writes the header and the content of a longer message separately. Its system delays the second for 40
 * ms, until the first is acknowledged by a system with nothing to send. Contents above this size fill packets.
 */
const APART_BYTES = 65_536;

/** One open connection. */
export class ServerSocket {
  readonly #line: Line;
  readonly #clock: Clock;
  /** Bytes that may still arrive before the key; null once it has come. */
  #strangerBytes: number | null = STRANGER_BYTES;
  readonly #maxMessageBytes: number;
  readonly #queue: Outgoing[] = [];
  #queuedBytes = 0;
  #queuedPongs = 0;
  #writing = false;
  #open = true;
  #closing = false;
  #drainWaiters: (() => void)[] = [];
  #input: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end: number;

  /**
   * @param early bytes that arrived behind the HTTP request
   * @param maxMessageBytes a longer message cuts the connection
   */
  constructor(line: Line, early: Uint8Array, maxMessageBytes: number, clock: Clock = systemClock) {
    this.#line = line;
    this.#clock = clock;
    this.#maxMessageBytes = maxMessageBytes;
    this.#input = new Uint8Array(Math.max(STRANGER_READ_BYTES, early.length));
    this.#input.set(early);
    this.#end = early.length;
  }

  /** Whether frames can still be sent. */
  get isOpen(): boolean {
    return this.#open && !this.#closing;
  }

  /** Its key has come: from now on messages may have any allowed length. */
  admit(): void {
    this.#strangerBytes = null;
  }

  /** Reads until the connection ends; handlers are called synchronously, one message after the other. */
  async run(events: SocketEvents): Promise<void> {
    try {
      await this.#readAll(events);
    } catch {
      // A broken connection, a message too long, too many pieces, text that is not UTF-8: the connection is cut
      // silently, as a real server does.
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

  /** Resolves when at most `bytes` are queued, or the connection is closed. */
  drained(bytes: number): Promise<void> {
    if (!this.#open || this.#queuedBytes <= bytes) return Promise.resolve();
    return new Promise<void>((resolve) => this.#drainWaiters.push(resolve)).then(() => this.drained(bytes));
  }

  /** Sends what is queued, then closes with code 1000 and no reason. A real server never closes in another way. */
  close(): void {
    if (!this.isOpen) return;
    this.#send(OPCODE.close, new Uint8Array([0x03, 0xe8]));
    this.#closing = true;
    this.#clock.after(CLOSE_WAIT_MS, () => this.drop());
  }

  /** Cuts the connection at once, without a close frame and without what is queued. */
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
    if (opcode === OPCODE.pong) this.#queuedPongs++;
    if (this.#queuedBytes > MAX_UNSENT_BYTES || this.#queuedPongs > MAX_UNSENT_PONGS) return this.drop();
    if (!this.#writing) this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    // Everything that is queued in this turn is sent together.
    await Promise.resolve();
    try {
      while (this.#open && this.#queue.length > 0) {
        const { bytes, queued } = this.#nextBatch();
        await this.#write(bytes);
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

  /** Writes bytes; a client that reads none of them for too long is cut off. */
  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const cancel = this.#clock.after(STALL_MS, () => this.drop());
      try {
        at += await this.#line.write(bytes.subarray(at));
      } finally {
        cancel();
      }
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
      if (next.opcode === OPCODE.pong) this.#queuedPongs--;
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
    let fragments = 0;
    let messageOpcode: number | null = null;
    for (;;) {
      if (this.#queuedBytes > PAUSE_BYTES) await this.drained(PAUSE_BYTES);
      const header = await this.#readHeader();
      if (header === null) return;
      const isControl = header.opcode >= OPCODE.close;
      if (isControl && (header.length > MAX_CONTROL_BYTES || !header.last)) throw new RangeError("bad control frame");
      if ((isControl ? 0 : messageBytes) + header.length > this.#maxMessageBytes) throw new RangeError("too long");
      this.#countStranger(header);
      const payload = await this.#readPayload(header);
      if (payload === null) return;
      if (isControl) {
        if (header.opcode === OPCODE.ping) this.#send(OPCODE.pong, payload);
        if (header.opcode === OPCODE.close) return await this.#answerClose(payload);
        continue;
      }
      if ((header.opcode === OPCODE.continuation) !== (messageOpcode !== null)) throw new TypeError("bad fragment");
      if (header.opcode !== OPCODE.continuation) messageOpcode = header.opcode;
      if (++fragments > MAX_FRAGMENTS) throw new RangeError("too many fragments");
      if (payload.length > 0) message.push(payload);
      messageBytes += payload.length;
      if (!header.last) continue;
      const [only] = message;
      const whole = message.length === 1 && only !== undefined ? only : joined(...message);
      const isText = messageOpcode === OPCODE.text;
      message = [];
      messageBytes = 0;
      fragments = 0;
      messageOpcode = null;
      if (isText) events.onText(decoder.decode(whole));
      else events.onBinary(whole);
    }
  }

  #countStranger({ length }: FrameHeader): void {
    if (this.#strangerBytes === null) return;
    this.#strangerBytes -= length + HEADER_BYTES;
    if (this.#strangerBytes < 0) throw new RangeError("too much before the key");
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
    if (filled < length && length <= APART_BYTES && this.#strangerBytes === null) this.#acknowledge();
    while (filled < length) {
      const read = await this.#line.read(payload.subarray(filled));
      if (read === null) return null;
      filled += read;
    }
    unmask(payload, mask);
    return payload;
  }

  /** A pong that nobody asked for, which RFC 6455 allows: the acknowledgement of received bytes goes out with it. */
  #acknowledge(): void {
    if (this.#queue.length === 0 && !this.#writing) this.#send(OPCODE.pong, new Uint8Array());
  }

  /** Makes at least `count` bytes of input available; false at the end of the connection. */
  async #fill(count: number): Promise<boolean> {
    while (this.#end - this.#start < count) {
      if (this.#start > 0) {
        this.#input.copyWithin(0, this.#start, this.#end);
        this.#end -= this.#start;
        this.#start = 0;
      }
      if (this.#strangerBytes === null && this.#input.length < READ_BYTES) this.#widen();
      const read = await this.#line.read(this.#input.subarray(this.#end));
      if (read === null) return false;
      this.#end += read;
    }
    return true;
  }

  #widen(): void {
    const wider = new Uint8Array(READ_BYTES);
    wider.set(this.#input.subarray(0, this.#end));
    this.#input = wider;
  }
}
