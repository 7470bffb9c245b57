import assert from "node:assert/strict";
import { Interrupts } from "../../../lib/cli/terminal/interrupts.ts";

const OPTIONS = { ignore: Deno.build.os === "windows" };

/** A clean stop for the first signal, an end for the second. */
const script = (atTerminal: boolean) => `
  import { Interrupts } from ${JSON.stringify(import.meta.resolve("../../../lib/cli/terminal/interrupts.ts"))};
  new Interrupts(
    { first: (signal) => console.log("first", signal), again: () => Deno.exit(130) },
    { atTerminal: ${atTerminal} },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) Deno.addSignalListener(signal, () => console.log("heard", signal));
  console.log("ready");
  setInterval(() => {}, 1000);
`;

/** Starts it, sends one signal after the other, each when the last was heard; what it said beside that, and how it ended. */
async function signalled(atTerminal: boolean, signals: readonly Deno.Signal[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script(atTerminal)],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const seen: string[] = [];
  const left = [...signals];
  for await (const line of lines(child.stdout)) {
    if (!line.startsWith("heard")) seen.push(line);
    const next = line.startsWith("first") ? undefined : left.shift();
    if (next !== undefined) child.kill(next);
  }
  return { seen, ...await child.status };
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) yield* text.split("\n").filter(Boolean);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`Interrupts takes a first ${signal} as a request and a second as an order`, OPTIONS, async () => {
    const { seen, code } = await signalled(true, [signal, signal]);
    assert.deepEqual([seen, code], [["ready", `first ${signal}`], 130]);
  });
}

Deno.test(
  "Interrupts takes SIGHUP as a request, however often it comes: shell and system both send it",
  OPTIONS,
  async () => {
    const { seen, code } = await signalled(true, ["SIGHUP", "SIGHUP", "SIGINT"]);
    assert.deepEqual([seen, code], [["ready", "first SIGHUP"], 130]);
  },
);

Deno.test("Interrupts ignores SIGHUP where no stream is a terminal, as nohup wants it", OPTIONS, async () => {
  const { seen, code } = await signalled(false, ["SIGHUP", "SIGINT", "SIGINT"]);
  assert.deepEqual([seen, code], [["ready", "first SIGINT"], 130]);
});

Deno.test("Interrupts.suspended() gives the result, and listens again also after a failure", () => {
  using interrupts = new Interrupts({ first: () => {}, again: () => {} }, { atTerminal: true });
  assert.equal(interrupts.suspended(() => "typed"), "typed");
  assert.throws(() =>
    interrupts.suspended(() => {
      throw new Error("at the prompt");
    }), /at the prompt/);
});
