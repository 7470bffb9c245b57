/**
 * The part of `jsr:@std/cli/prompt-secret` that this program uses: one line typed at a terminal without being shown. It
 * never falls back to a visible prompt.
 */

/** Options of {@link promptSecret}. */
export interface PromptSecretOptions {
  /** Character shown for each byte typed; an empty one shows nothing. Default: `*`. */
  mask?: string;
  /** Whether the prompt is erased afterwards; otherwise its line ends. Default: false. */
  clear?: boolean;
}

const KEY = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  delete: 0x7f,
} as const;
const WIPE_LINE = "\r\x1b[K";

/**
 * Asks for a secret on the terminal; null when stdin is not a terminal.
 * @throws {Deno.errors.Interrupted} on Ctrl-C. (`@std/cli` leaves Ctrl-C to the terminal driver.)
 */
export function promptSecret(message = "Secret", options: PromptSecretOptions = {}): string | null {
  if (!Deno.stdin.isTerminal()) return null;
  const { mask = "*", clear = false } = options;
  const prompt = `${message} `;
  // Raw mode, so that Ctrl-C arrives here as a byte: while this thread waits for input no signal listener can run. It
  // is set before the prompt, so that nobody types while the terminal still shows the text.
  Deno.stdin.setRaw(true);
  try {
    write(prompt);
    return readLine((length) => {
      if (mask !== "") write(`${WIPE_LINE}${prompt}${mask.repeat(length)}`);
    });
  } finally {
    Deno.stdin.setRaw(false);
    write(clear ? WIPE_LINE : "\n");
  }
}

function readLine(onLength: (length: number) => void): string {
  const typed: number[] = [];
  const one = new Uint8Array(1);
  while (Deno.stdin.readSync(one) === 1) {
    const [byte = 0] = one;
    switch (byte) {
      case KEY.lineFeed:
      case KEY.carriageReturn:
        return decode(typed);
      case KEY.interrupt:
        throw new Deno.errors.Interrupted("Interrupted at the prompt");
      case KEY.end:
        if (typed.length === 0) return "";
        break;
      case KEY.backspace:
      case KEY.delete:
        typed.pop();
        break;
      default:
        typed.push(byte);
    }
    onLength(typed.length);
  }
  return decode(typed);
}

function decode(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
