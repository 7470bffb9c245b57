/** The Python that has Anvil's own client, and how a run against it ends. */

/** The interpreter; CONFORMANCE_PYTHON names another than `python3`. */
export const PYTHON = Deno.env.get("CONFORMANCE_PYTHON") ?? "python3";

/** Path of a script of this folder. */
export function scriptPath(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

/** Prints the last line, as `deno test` writes it, so that `.ci/run` counts both alike, and sets the exit code. */
export function report(passed: number, failed: number): void {
  console.log(`${failed === 0 ? "ok" : "FAILED"} | ${passed} passed | ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}

/** Ends the process with a failure that says what to install, where the client is missing. */
export async function requireClient(): Promise<void> {
  if (await hasClient()) return;
  console.error(`${PYTHON} has no anvil-uplink: pip install anvil-uplink==0.7.0, or set CONFORMANCE_PYTHON`);
  report(0, 1);
  Deno.exit();
}

async function hasClient(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(PYTHON, { args: ["-c", "import anvil.server, anvil.tables"] }).output();
    return success;
  } catch {
    return false;
  }
}
