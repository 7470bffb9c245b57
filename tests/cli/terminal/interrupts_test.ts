import assert from "node:assert/strict";
import { Interrupts } from "../../../lib/cli/terminal/interrupts.ts";

const OPTIONS = { ignore: Deno.build.os === "windows" };

/** A clean stop for the first signal, an end for the second. */
const SCRIPT = `
  import { Interrupts } from ${JSON.stringify(import.meta.resolve("../../../lib/cli/terminal/interrupts.ts"))};
  new Interrupts({ first: () => console.log("first"), again: () => Deno.exit(130) });
  console.log("ready");
  setInterval(() => {}, 1000);
`;

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) yield* text.split("\n").filter(Boolean);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`Interrupts takes a first ${signal} as a request and a second as an order`, OPTIONS, async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", SCRIPT],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const seen: string[] = [];
    for await (const line of lines(child.stdout)) {
      seen.push(line);
      child.kill(signal);
    }
    assert.deepEqual(seen, ["ready", "first"]);
    assert.equal((await child.status).code, 130);
  });
}

Deno.test("Interrupts.suspended() gives the result, and listens again also after a failure", () => {
  using interrupts = new Interrupts({ first: () => {}, again: () => {} });
  assert.equal(interrupts.suspended(() => "typed"), "typed");
  assert.throws(() =>
    interrupts.suspended(() => {
      throw new Error("at the prompt");
    }), /at the prompt/);
});
