import assert from "node:assert/strict";
import { chooseProgress } from "../../../lib/cli/terminal/choose_progress.ts";
import { MemorySurroundings } from "../memory_surroundings.ts";

function chosen(errIsTerminal: boolean, json: boolean, quiet: boolean): string {
  const { terminal, clock } = new MemorySurroundings({ errIsTerminal });
  return chooseProgress(terminal, { json, quiet }, clock).constructor.name;
}

Deno.test("chooseProgress() gives a bar on a terminal and lines elsewhere; --json goes before --quiet", () => {
  assert.equal(chosen(true, false, false), "BarProgress");
  assert.equal(chosen(false, false, false), "LineProgress");
  assert.equal(chosen(true, false, true), "QuietProgress");
  assert.equal(chosen(true, true, false), "JsonProgress");
  assert.equal(chosen(true, true, true), "JsonProgress");
});

Deno.test("chooseProgress() sends JSON lines to stdout and leaves stderr alone", () => {
  const memory = new MemorySurroundings({ errIsTerminal: true });
  const progress = chooseProgress(memory.terminal, { json: true, quiet: false }, memory.clock);
  progress.report({ type: "checking", what: "the file" });
  assert.equal(memory.out, '{"event":"checking","time":"2026-11-24T02:07:00.000Z","what":"the file"}\n');
  assert.equal(memory.err, "");
});
