/** How long the first connection is tried, as a user meets it. */
import assert from "node:assert/strict";
import { firstWait } from "../../../lib/cli/input/first_wait.ts";
import { unreachableError } from "../../../lib/uplink/uplink_errors.ts";
import { CONNECTION_FLAGS } from "../../../lib/cli/descriptions/connection.ts";
import { FlowingClock } from "../../fixtures/clocks/flowing_clock.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere, variablesFor } from "../../fixtures/running/program_here.ts";
import { MemorySurroundings } from "../memory_surroundings.ts";

Deno.test("the first connection is tried for moments on a terminal, for minutes without one, and as long as is said", () => {
  const wait = (terminal: "out" | "err" | null, said: number | null) => {
    const options = { outIsTerminal: terminal === "out", errIsTerminal: terminal === "err" };
    return firstWait({ ...new MemorySurroundings(options), flags: { wait: said } });
  };
  assert.deepEqual([wait("err", null), wait("out", null), wait(null, null)], [10_000, 10_000, 600_000]);
  assert.deepEqual([wait("err", 5), wait(null, 0)], [5, 0]);
});

/** A port that nothing listens on. */
function deadUrl(): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return `ws://127.0.0.1:${port}/_/uplink`;
}

Deno.test("--wait 0 tries once; without it a run that nobody looks on tries for ten minutes, and says so", async () => {
  using dir = tempDir();
  await using clock = new FlowingClock();
  const variables = variablesFor(deadUrl());
  const args = ["backup", "-o", dir.file("a.sqlite")];
  const once = await runHere([...args, "--wait", "0"], { clock, variables });
  assert.equal(once.code, 10, once.err);
  assert.doesNotMatch(once.err, /attempt/);
  const before = clock.monotonic();
  const patient = await runHere(args, { clock, variables });
  assert.equal(patient.code, 10);
  const minutes = (clock.monotonic() - before) / 60_000;
  assert.ok(minutes > 9 && minutes < 11, `${minutes} minutes`);
  assert.match(patient.err, /attempt 2 in/);
  assert.match(patient.err, /^hint: Check host and port, that the server runs/m);
});

Deno.test("a hint names --url only where a URL was given", () => {
  const anvil = CONNECTION_FLAGS.url.default;
  for (const message of ["dns error", "tcp connect error", "certificate expired", "Invalid status code: 404", "odd"]) {
    assert.doesNotMatch(unreachableError(anvil, message).hint ?? "", /url|host/i, message);
    assert.doesNotMatch(unreachableError("wss://example.com/uplink", message).hint ?? "", /^$/);
  }
  assert.match(unreachableError("ws://nowhere/_/uplink", "dns error").hint ?? "", /--url or ANVIL_UPLINK_URL/);
});
