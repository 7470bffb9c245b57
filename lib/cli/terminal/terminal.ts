/**
 * stdout and stderr: data goes to the one, messages and the changing status line to the other, and nothing secret to
 * either. The only place that writes to them. It decides no wording.
 */
import type { Screen } from "../../ui/progress/screen.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import type { Environment } from "./environment.ts";
import type { Secrets } from "./secrets.ts";

/** The terminal as commands see it; as a {@link Screen} it is stderr. */
export interface Terminal extends Screen {
  /** Writes data to stdout as it stands; line ends included. */
  out(text: string): void;
  /** Writes an owner's data to stdout, byte for byte: nothing is taken for a secret there. Each call is whole text. */
  data(bytes: Uint8Array): void;
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

  out(text: string): void {
    // What a program reads must stay as it is; what an eye reads must not steer its terminal.
    if (this.outIsTerminal) this.#aroundStatus(() => this.#streams.out(this.#encode(steerless(text))));
    else this.#streams.out(this.#encode(text));
  }

  data(bytes: Uint8Array): void {
    if (!this.outIsTerminal) return this.#streams.out(bytes);
    this.#aroundStatus(() => this.#streams.out(this.#encoder.encode(steerless(new TextDecoder().decode(bytes)))));
  }

  line(text: string): void {
    this.#aroundStatus(() => this.#streams.err(this.#encode(`${text}\n`)));
  }

  status(text: string | null): void {
    if (!this.errIsTerminal || text === this.#status) return;
    this.#streams.err(this.#encode(WIPE_LINE + (text ?? "")));
    this.#status = text;
  }

  /** Takes the status line away while something else is written. */
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

/** Data for eyes: line ends stay, whatever else could steer a terminal is escaped. */
function steerless(text: string): string {
  return text.split("\n").map(plainText).join("\n");
}

/** The terminal of this process. */
export function processTerminal(secrets: Secrets, environment: Environment): Terminal {
  // A dumb terminal, such as an editor's, shows escape sequences as they are.
  const errIsTerminal = Deno.stderr.isTerminal() && environment.get("TERM") !== "dumb";
  return new StreamTerminal({
    out: (bytes) => writeAll(Deno.stdout, bytes),
    err: (bytes) => writeMessage(bytes),
    outIsTerminal: Deno.stdout.isTerminal(),
    errIsTerminal,
    columns: consoleColumns,
    color: errIsTerminal && !Deno.noColor,
  }, secrets);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
}

/** Messages that cannot be written must not end a backup; its exit code still tells how it went. */
function writeMessage(bytes: Uint8Array): void {
  try {
    writeAll(Deno.stderr, bytes);
  } catch {
    // Nobody can be told: a closed terminal, a full disk.
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
