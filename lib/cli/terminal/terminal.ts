/**
 * Writes to stdout and stderr; no other file does. Data goes to stdout, messages and the changing status line to
 * stderr, and no secret to either. It decides no wording. A failed write stops nothing: a message is dropped, and lost
 * data is remembered for the end of the run.
 */
import type { Screen } from "../../ui/progress/screen.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import type { Environment } from "./environment.ts";
import type { Secrets } from "./secrets.ts";

/** The terminal as commands see it; as a {@link Screen} it is stderr. */
export interface Terminal extends Screen {
  /** Writes the wanted data to stdout unchanged; line ends included. */
  out(text: string): void;
  /** Says on stdout what was done; line ends included. When nobody reads it, the work is done all the same. */
  tell(text: string): void;
  /**
   * Writes an owner's data to stdout, byte for byte: nothing in it is taken for a secret. Each call is whole text.
   * @returns whether there is still a reader: when there is none, nobody needs the rest
   */
  data(bytes: Uint8Array): boolean;
  /** Writes an address of this program's own to stdout, on a line of its own; on a terminal as a link. */
  link(url: string): void;
  /** Why data could not be written; null as long as all was written, or its reader has enough. */
  readonly lost: Error | null;
  /** Whether stdout goes to a terminal. */
  readonly outIsTerminal: boolean;
  /** Whether stderr goes to a terminal, so that a status line can be shown. */
  readonly errIsTerminal: boolean;
}

/** Where a terminal's bytes go. */
interface TerminalStreams {
  readonly out: (bytes: Uint8Array) => void;
  readonly err: (bytes: Uint8Array) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: () => number;
  readonly color: boolean;
}

const WIPE_LINE = "\r\x1b[K";
const DEFAULT_COLUMNS = 80;

/** A terminal over two streams. */
export class StreamTerminal implements Terminal {
  readonly #streams: TerminalStreams;
  readonly #secrets: Secrets;
  readonly #encoder = new TextEncoder();
  #status: string | null = null;
  #lost: Error | null = null;

  constructor(streams: TerminalStreams, secrets: Secrets) {
    this.#streams = streams;
    this.#secrets = secrets;
  }

  get outIsTerminal(): boolean {
    return this.#streams.outIsTerminal;
  }

  get errIsTerminal(): boolean {
    return this.#streams.errIsTerminal;
  }

  get columns(): number {
    return this.#streams.columns();
  }

  get color(): boolean {
    return this.#streams.color;
  }

  get lost(): Error | null {
    return this.#lost;
  }

  out(text: string): void {
    this.#noteLost(this.#toStdout(text));
  }

  /** `| head` has read what it wanted: this is not a failure. */
  #noteLost(failure: Error | null): void {
    if (failure !== null && !(failure instanceof Deno.errors.BrokenPipe)) this.#lost ??= failure;
  }

  tell(text: string): void {
    this.#toStdout(text);
  }

  /** What went wrong, or null. */
  #toStdout(text: string): Error | null {
    let failure: Error | null = null;
    // Data for a program must stay unchanged; text for a person must not control the terminal.
    const shown = this.outIsTerminal ? steerless(text) : text;
    const write = () => {
      failure = failureOf(() => this.#streams.out(this.#encode(shown)));
    };
    if (this.outIsTerminal) this.#aroundStatus(write);
    else write();
    return failure;
  }

  data(bytes: Uint8Array): boolean {
    let failure: Error | null = null;
    const shown = this.outIsTerminal ? this.#encoder.encode(steerless(new TextDecoder().decode(bytes))) : bytes;
    this.#aroundStatus(() => {
      failure = failureOf(() => this.#streams.out(shown));
    });
    this.#noteLost(failure);
    return failure === null;
  }

  link(url: string): void {
    const text = plainText(url);
    // OSC 8: terminals that do not know it show the text alone.
    const shown = this.outIsTerminal ? `\x1b]8;;${text}\x1b\\${text}\x1b]8;;\x1b\\` : text;
    this.#aroundStatus(() => this.#streams.out(this.#encode(`${shown}\n`)));
  }

  line(text: string): void {
    this.#aroundStatus(() => this.#say(`${text}\n`));
  }

  status(text: string | null): void {
    if (!this.errIsTerminal || text === this.#status) return;
    this.#say(WIPE_LINE + (text ?? ""));
    this.#status = text;
  }

  /** A message that cannot be written is dropped: the exit code still says how the run went. */
  #say(text: string): void {
    failureOf(() => this.#streams.err(this.#encode(text)));
  }

  /** Removes the status line while something else is written. */
  #aroundStatus(write: () => void): void {
    const status = this.#status;
    this.status(null);
    write();
    this.status(status);
  }

  #encode(text: string): Uint8Array {
    return this.#encoder.encode(this.#secrets.redact(text));
  }
}

function failureOf(write: () => void): Error | null {
  try {
    write();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Data for people: line ends stay, and all else that could control a terminal is escaped. */
function steerless(text: string): string {
  return text.split("\n").map(plainText).join("\n");
}

/** The terminal of this process. */
export function processTerminal(secrets: Secrets, environment: Environment): Terminal {
  // A dumb terminal, such as an editor's, shows escape sequences as text.
  const errIsTerminal = Deno.stderr.isTerminal() && environment.get("TERM") !== "dumb";
  return new StreamTerminal({
    out: (bytes) => writeAll(Deno.stdout, bytes),
    err: (bytes) => writeAll(Deno.stderr, bytes),
    outIsTerminal: Deno.stdout.isTerminal(),
    errIsTerminal,
    columns: consoleColumns,
    color: errIsTerminal && !Deno.noColor,
  }, secrets);
}

const WAIT_MS = 10;

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    try {
      written += stream.writeSync(bytes.subarray(written));
    } catch (error) {
      // Another process may have made a stream that both share return at once when its reader is slow.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
}

function consoleColumns(): number {
  try {
    return Deno.consoleSize().columns || DEFAULT_COLUMNS;
  } catch {
    // Thrown when no stream is a terminal.
    return DEFAULT_COLUMNS;
  }
}
