/**
 * Where the Uplink key comes from: a file, a variable, or a hidden prompt; never an argument. One function cleans it,
 * and reports what is odd about it before anything is sent. The key is added to the secrets at once, so that nothing
 * printed afterwards contains it.
 */
import { AnvilSqliteError, clientKeyError } from "../../errors.ts";
import { holdsKey } from "../../redact.ts";
import type { Surroundings } from "../model/command.ts";
import { warningLine } from "../terminal/warning_line.ts";
import { findKey } from "./clean_key.ts";
import { decodeText } from "./decode_text.ts";

/** What reading a key touches. */
type KeySurroundings = Pick<Surroundings, "terminal" | "environment" | "secrets" | "askSecret">;

/** A limit far above any key, even with the script around it with which it was pasted. */
const MAX_KEY_BYTES = 4096;

const WAYS = "Set ANVIL_UPLINK_KEY, or give --key-file FILE.";
const SHAPE = "Give the key alone, as the app's Uplink settings show it: without spaces, quotes or other words.";

/**
 * The key of a command that connects: from `--key-file`, else ANVIL_UPLINK_KEY, else the file that an app was set up with,
 * else asked for.
 * @param kept that file
 * @throws {AnvilSqliteError} `no-key`, `bad-key` or `bad-key-file` (exit 2); `client-key` (exit 12)
 */
export async function readKey(
  keyFile: string | null,
  surroundings: KeySurroundings,
  kept: string | null = null,
): Promise<string> {
  const file = keyFile ?? (surroundings.environment.get("ANVIL_UPLINK_KEY") === null ? kept : null);
  return withoutClientKeys(file === null ? enteredKey(surroundings) : await readKeyFile(file, surroundings));
}

/**
 * The key in what was typed.
 * @throws {AnvilSqliteError} `no-key`, `bad-key` (exit 2); `client-key` (exit 12)
 */
export function typedKey(text: string, surroundings: KeySurroundings): string {
  if (text.trim() === "") throw keyError("no-key", "The Uplink key is empty", "Paste it, then press Enter.");
  return withoutClientKeys(cleanKey(text, "The Uplink key", "bad-key", surroundings));
}

function withoutClientKeys(key: string): string {
  if (key.startsWith("client_") && holdsKey(key)) throw clientKeyError();
  return key;
}

function enteredKey(surroundings: KeySurroundings): string {
  const variable = surroundings.environment.get("ANVIL_UPLINK_KEY");
  const text = variable ?? askKey(surroundings);
  if (text.trim() === "") throw keyError("no-key", "The Uplink key is empty", WAYS);
  const what = variable === null ? "The Uplink key" : "The key in ANVIL_UPLINK_KEY";
  return cleanKey(text, what, "bad-key", surroundings);
}

/** The prompt is written to stdout, so it is for terminals only. */
function askKey({ terminal, askSecret }: KeySurroundings): string {
  const answer = terminal.outIsTerminal ? askSecret("Uplink key (not shown):") : null;
  if (answer === null) throw keyError("no-key", "No Uplink key, and nobody to ask for it", WAYS);
  return answer;
}

/**
 * The key in a file. Warns when others may read the file.
 * @throws {AnvilSqliteError} `bad-key-file` (exit 2)
 */
export async function readKeyFile(path: string, surroundings: KeySurroundings): Promise<string> {
  const { terminal } = surroundings;
  const shown = `'${path}'`;
  const { bytes, mode } = await readSmallFile(path).catch((cause: unknown) => {
    if (cause instanceof AnvilSqliteError || cause instanceof Deno.errors.NotCapable) throw cause;
    throw keyError("bad-key-file", `Cannot read key file ${shown}: ${messageOf(cause)}`, "Check --key-file.", cause);
  });
  const decoded = decodeText(bytes);
  if ("why" in decoded) {
    throw keyError("bad-key-file", `Key file ${shown} is not plain text: ${decoded.why}`, "Save it as UTF-8.");
  }
  const key = cleanKey(decoded.text, `Key file ${shown}`, "bad-key-file", surroundings);
  if (mode !== null && (mode & 0o077) !== 0) {
    terminal.line(warningLine(`Others may read key file ${shown}; 'chmod 600' it`, terminal.color));
  }
  return key;
}

/** The key in a text. The secrets learn it, with all that was around it. */
function cleanKey(
  text: string,
  what: string,
  code: "bad-key" | "bad-key-file",
  { secrets }: KeySurroundings,
): string {
  secrets.add(text.trim());
  const found = findKey(text);
  if ("odd" in found) throw keyError(code, `${what} ${found.odd}`, SHAPE);
  secrets.add(found.key);
  return found.key;
}

async function readSmallFile(path: string): Promise<{ readonly bytes: Uint8Array; readonly mode: number | null }> {
  const { size, mode, isFile } = await Deno.stat(path);
  if (size > MAX_KEY_BYTES) {
    throw keyError("bad-key-file", `Key file '${path}' has ${size} bytes, so it is not a key`, "Check --key-file.");
  }
  // Windows has no such mode, and a pipe such as /dev/stdin belongs to nobody.
  return { bytes: await Deno.readFile(path), mode: isFile && Deno.build.os !== "windows" ? mode : null };
}

function keyError(
  code: "no-key" | "bad-key" | "bad-key-file",
  message: string,
  hint: string,
  cause?: unknown,
): AnvilSqliteError {
  return new AnvilSqliteError(message, { code, hint, cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
