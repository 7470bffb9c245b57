/**
 * Reads a file that a user names, once, from its beginning: a regular file, a pipe, or standard input as `-`. The
 * result also says what kind of file it is, since a pipe cannot be opened a second time to look. It reads at most as
 * much as a text may have, and stops when it is asked to.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { Surroundings } from "../model/command.ts";
import { decodeText } from "./decode_text.ts";

/** What reading a file touches. */
type InputSurroundings = Pick<Surroundings, "standardInput" | "signal">;

/** What a file should be, for messages. */
export interface InputKind {
  /** Such as `schema file`. */
  readonly what: string;
  /** What the user should pass instead. */
  readonly hint: string;
}

/** What a user has named: text, or a SQLite file, of which only the beginning was read. */
type Input =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "database"; readonly isFile: boolean };

/** Name of standard input. */
const STANDARD_INPUT = "-";
/** Its names in the file system, which Deno refuses to open. */
const STANDARD_INPUT_PATHS = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** Bytes of text at most: ten times the largest exported project that was seen. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A SQLite file begins with these 15 characters (sqlite.org/fileformat.html, section 1.3). */
const SQLITE_MAGIC = new TextEncoder().encode("SQLite format 3");

/** How messages call a file. */
export function inputName(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

/**
 * Reads text.
 * @throws {AnvilSqliteError} `cannot-read` (exit 2) when there is no such file, or it is not text or far too long
 */
export async function readText(path: string, kind: InputKind, surroundings: InputSurroundings): Promise<string> {
  const input = await readInput(path, kind, surroundings);
  if (input.kind === "text") return input.text;
  throw cannotRead(path, kind, "it is a SQLite file");
}

/**
 * Reads text, or recognises a SQLite file by its beginning.
 * @throws {AnvilSqliteError} as {@link readText}
 */
export async function readInput(path: string, kind: InputKind, surroundings: InputSurroundings): Promise<Input> {
  const { stream, isFile } = await openInput(path, kind, surroundings);
  const bytes = await readBytes(stream, path, kind, surroundings.signal);
  if (bytes === "database") return { kind: "database", isFile };
  const decoded = decodeText(bytes);
  if ("why" in decoded) throw cannotRead(path, { ...kind, hint: "Save it as UTF-8 text." }, decoded.why);
  return { kind: "text", text: decoded.text };
}

interface Opened {
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether it is a regular file, which SQLite could open too. */
  readonly isFile: boolean;
}

async function openInput(path: string, kind: InputKind, { standardInput, signal }: InputSurroundings): Promise<Opened> {
  if (path === STANDARD_INPUT) return { stream: standardInput(), isFile: false };
  try {
    // To open a pipe takes until somebody writes to it.
    const file = await untilStopped(Deno.open(path), signal);
    const { isFile, isDirectory } = await file.stat();
    if (!isDirectory) return { stream: file.readable, isFile };
    file.close();
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (cause instanceof Deno.errors.NotCapable) {
      if (STANDARD_INPUT_PATHS.includes(path)) return { stream: standardInput(), isFile: false };
      throw cause;
    }
    throw cannotRead(
      path,
      kind,
      cause instanceof Deno.errors.NotFound ? "there is no such file" : reasonOf(cause),
      cause,
    );
  }
  throw cannotRead(path, kind, "it is a folder");
}

async function readBytes(
  stream: ReadableStream<Uint8Array>,
  path: string,
  kind: InputKind,
  signal: AbortSignal,
): Promise<Uint8Array | "database"> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await untilStopped(reader.read(), signal);
      if (done) break;
      chunks.push(value);
      length += value.length;
      if (chunks.length > 1 && length < SQLITE_MAGIC.length) chunks.splice(0, chunks.length, joined(chunks, length));
      if (isDatabase(chunks)) return "database";
      if (length > MAX_BYTES) throw cannotRead(path, kind, `it has more than ${MAX_BYTES / 1024 / 1024} MiB`);
    }
  } catch (cause) {
    if (cause instanceof AnvilSqliteError || signal.aborted) throw cause;
    throw cannotRead(path, kind, reasonOf(cause), cause);
  } finally {
    // Not awaited: a pipe whose other end is silent would never close.
    reader.cancel().catch(() => {});
  }
  return joined(chunks, length);
}

function isDatabase([first, second]: readonly Uint8Array[]): boolean {
  if (first === undefined) return false;
  return SQLITE_MAGIC.every((byte, i) => byte === (first[i] ?? second?.[i - first.length]));
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Stops waiting as soon as the run is asked to stop. */
async function untilStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
}

function cannotRead(path: string, { what, hint }: InputKind, why: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot read the ${what} '${inputName(path)}': ${why}`, {
    code: "cannot-read",
    hint,
    cause,
  });
}
