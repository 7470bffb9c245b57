/**
 * Where the Uplink key comes from: a file, a variable, or a hidden prompt; never an argument.
 * The key is made known to the secrets at once, so that nothing printed afterwards holds it.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { Surroundings } from "../model/command.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** What reading a key touches. */
type KeySurroundings = Pick<Surroundings, "terminal" | "environment" | "secrets" | "askSecret">;

/** Far more than any key has. */
const MAX_KEY_BYTES = 4096;

const WAYS = "Set ANVIL_UPLINK_KEY, or give --key-file FILE.";

/**
 * The key of a command that connects: from `--key-file`, else ANVIL_UPLINK_KEY, else asked for.
 * @throws {AnvilSqliteError} `no-key` or `bad-key-file` (exit 2)
 */
export async function readKey(keyFile: string | null, surroundings: KeySurroundings): Promise<string> {
  if (keyFile !== null) return await readKeyFile(keyFile, surroundings);
  const key = surroundings.environment.get("ANVIL_UPLINK_KEY")?.trim() ?? askKey(surroundings);
  if (key === "") throw keyError("no-key", "The Uplink key is empty", WAYS);
  surroundings.secrets.add(key);
  return key;
}

/** The prompt is written to stdout, so it is for terminals only. */
function askKey({ terminal, askSecret }: KeySurroundings): string {
  const answer = terminal.outIsTerminal ? askSecret("Uplink key (not shown):") : null;
  if (answer === null) throw keyError("no-key", "No Uplink key, and nobody to ask for it", WAYS);
  return answer.trim();
}

/**
 * The key in a file: its one line, without the line end. Warns when others may read the file.
 * @throws {AnvilSqliteError} `bad-key-file` (exit 2)
 */
export async function readKeyFile(path: string, surroundings: KeySurroundings): Promise<string> {
  const { terminal, secrets } = surroundings;
  const shown = `'${path}'`;
  const { bytes, mode } = await readSmallFile(path).catch((cause: unknown) => {
    if (cause instanceof AnvilSqliteError || cause instanceof Deno.errors.NotCapable) throw cause;
    throw keyError("bad-key-file", `Cannot read key file ${shown}: ${messageOf(cause)}`, "Check --key-file.", cause);
  });
  // PowerShell's `>` writes UTF-16, every other byte of which is NUL.
  if (bytes.includes(0)) {
    throw keyError("bad-key-file", `Key file ${shown} is not plain text`, "Save it as UTF-8, with the key alone.");
  }
  const key = new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
  if (key.trim() === "") throw keyError("bad-key-file", `Key file ${shown} is empty`, "It holds the Uplink key alone.");
  if (/[\r\n]/.test(key)) {
    throw keyError("bad-key-file", `Key file ${shown} has more than one line`, "It holds the Uplink key alone.");
  }
  secrets.add(key);
  if (mode !== null && (mode & 0o077) !== 0) {
    terminal.line(warningLine(`Others may read key file ${shown}; 'chmod 600' it`, terminal.color));
  }
  return key;
}

async function readSmallFile(path: string): Promise<{ readonly bytes: Uint8Array; readonly mode: number | null }> {
  const { size, mode, isFile } = await Deno.stat(path);
  if (size > MAX_KEY_BYTES) {
    throw keyError("bad-key-file", `Key file '${path}' has ${size} bytes, so it is none`, "Check --key-file.");
  }
  // Windows has no such mode, and a pipe such as /dev/stdin is nobody's file.
  return { bytes: await Deno.readFile(path), mode: isFile && Deno.build.os !== "windows" ? mode : null };
}

function keyError(code: "no-key" | "bad-key-file", message: string, hint: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(message, { code, hint, cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
