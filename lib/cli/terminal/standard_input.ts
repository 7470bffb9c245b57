/**
 * Standard input as bytes, for commands that read a text from `-`. It decodes nothing.
 */

/** The bytes of this process's standard input; they can be read once. */
export function standardInput(): ReadableStream<Uint8Array> {
  return Deno.stdin.readable;
}

/** Whether somebody types. */
export function inIsTerminal(): boolean {
  return Deno.stdin.isTerminal();
}
