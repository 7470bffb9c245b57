/** The program's `browse` in a process of its own, to be asked for pages. */
import { V8_FLAGS } from "../../.github/release/v8_flags.ts";

/** A page that is shown. */
export interface OpenPage extends AsyncDisposable {
  readonly pid: number;
  /** Milliseconds until it printed its address. */
  readonly startMs: number;
  get(path: string): Promise<Response>;
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Shows a file. */
export async function openPage(file: string): Promise<OpenPage> {
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", V8_FLAGS, MAIN, "browse", file],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const startMs = performance.now() - began;
  const { origin, port, searchParams } = new URL(value.trim());
  const cookie = `anvil-sqlite-${port}=${searchParams.get("token")}`;
  return {
    pid: child.pid,
    startMs,
    get: (path) => fetch(origin + path, { headers: { cookie } }),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await reader.cancel();
      await child.status;
    },
  };
}
