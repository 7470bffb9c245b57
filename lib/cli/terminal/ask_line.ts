/**
 * Reads one line typed at a terminal, visible while it is typed. It waits without blocking, so that connections stay
 * alive. It never reads a stdin that is not a terminal: nobody would be there to agree.
 */
import type { Screen } from "../../ui/progress/screen.ts";

/** A limit in bytes, above any line that is asked for. */
const MAX_BYTES = 4_096;

/**
 * Asks on stderr and returns the answer without spaces around it; null when nobody can be asked, or at the input's end.
 * @throws the signal's reason, as soon as it is aborted
 */
export async function askLine(message: string, screen: Screen, signal: AbortSignal): Promise<string | null> {
  if (!Deno.stdin.isTerminal()) return null;
  screen.line(message);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // A terminal returns whole lines.
  const bytes = new Uint8Array(MAX_BYTES);
  const length = await Promise.race([Deno.stdin.read(bytes), stopped]);
  return length === null ? null : new TextDecoder().decode(bytes.subarray(0, length)).trim();
}
