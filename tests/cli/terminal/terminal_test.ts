import assert from "node:assert/strict";
import { Secrets } from "../../../lib/cli/terminal/secrets.ts";
import { StreamTerminal } from "../../../lib/cli/terminal/terminal.ts";
import { MemorySurroundings } from "../memory_surroundings.ts";

Deno.test("StreamTerminal sends data to stdout as it stands, and messages to stderr a line each", () => {
  const memory = new MemorySurroundings();
  memory.terminal.out("data");
  memory.terminal.line("message");
  assert.deepEqual([memory.out, memory.err], ["data", "message\n"]);
});

Deno.test("StreamTerminal lets no secret pass, on either stream", () => {
  const memory = new MemorySurroundings({ errIsTerminal: true });
  memory.secrets.add("server_KEY");
  memory.terminal.out("a server_KEY\n");
  memory.terminal.line("b server_KEY");
  memory.terminal.status("c server_KEY");
  assert.deepEqual([memory.out, memory.err], ["a [secret]\n", "b [secret]\n\r\x1b[Kc [secret]"]);
});

Deno.test("StreamTerminal takes the status line away for a message and puts it back", () => {
  const memory = new MemorySurroundings({ errIsTerminal: true });
  memory.terminal.status("42 %");
  memory.err = "";
  memory.terminal.line("warning");
  assert.equal(memory.err, "\r\x1b[Kwarning\n\r\x1b[K42 %");
  memory.terminal.status("43 %");
  memory.terminal.status(null);
  memory.err = "";
  memory.terminal.line("end");
  assert.equal(memory.err, "end\n");
});

Deno.test("StreamTerminal takes the status line away for data only when both streams are the terminal", () => {
  for (const outIsTerminal of [true, false]) {
    const memory = new MemorySurroundings({ errIsTerminal: true, outIsTerminal });
    memory.terminal.status("42 %");
    memory.err = "";
    memory.terminal.out("data\n");
    assert.deepEqual([memory.out, memory.err], ["data\n", outIsTerminal ? "\r\x1b[K\r\x1b[K42 %" : ""]);
  }
});

Deno.test("StreamTerminal shows no status line where stderr is no terminal, and draws none twice", () => {
  const log = new MemorySurroundings();
  log.terminal.status("42 %");
  log.terminal.status(null);
  assert.equal(log.err, "");
  const memory = new MemorySurroundings({ errIsTerminal: true });
  memory.terminal.status("42 %");
  memory.terminal.status("42 %");
  assert.equal(memory.err, "\r\x1b[K42 %");
});

Deno.test("StreamTerminal asks its stream anew how wide it is, since a window may be resized", () => {
  let width = 80;
  const streams = { out: () => {}, err: () => {}, outIsTerminal: true, errIsTerminal: true, color: true };
  const terminal = new StreamTerminal({ ...streams, columns: () => width }, new Secrets());
  assert.deepEqual([terminal.columns, terminal.color], [80, true]);
  width = 120;
  assert.equal(terminal.columns, 120);
});

Deno.test("StreamTerminal writes an address as a link where a terminal shows it, and plain into a file", () => {
  const shown = new MemorySurroundings({ outIsTerminal: true });
  shown.terminal.link("http://127.0.0.1:1/");
  assert.equal(shown.out, "\x1b]8;;http://127.0.0.1:1/\x1b\\http://127.0.0.1:1/\x1b]8;;\x1b\\\n");
  const kept = new MemorySurroundings();
  kept.terminal.link("http://127.0.0.1:1/");
  assert.equal(kept.out, "http://127.0.0.1:1/\n");
});
