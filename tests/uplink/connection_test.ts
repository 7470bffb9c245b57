/** A connection and what a server may send over it besides replies. */
import assert from "node:assert/strict";
import { connect } from "../../lib/uplink/connection.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { oddServer } from "../fixtures/running/odd_server.ts";

const KEY = "server_ABCDEFGHIJKLMNOPQRSTUVWX";

interface Frame {
  readonly id: string;
  readonly key?: string;
  readonly command?: string;
  readonly error?: { readonly type: string };
}

/** A server that greets, and then answers each frame of the client as `answer` does. */
function greeting(answer: (frame: Frame, send: (frame: unknown) => void) => void) {
  return oddServer((socket) => {
    const send = (frame: unknown) => socket.send(JSON.stringify(frame));
    socket.onmessage = ({ data }) => {
      const frame: Frame = JSON.parse(data);
      if (frame.key !== undefined) send({ auth: "OK", priv: "uplink" });
      else answer(frame, send);
    };
  });
}

const echo = (frame: Frame, send: (frame: unknown) => void) => {
  if (frame.command !== undefined) send({ id: frame.id, response: "heard" });
};

Deno.test("a call of the server's is refused, since this client offers no functions", async () => {
  const refused = Promise.withResolvers<Frame>();
  await using server = greeting((frame, send) => {
    if (frame.error !== undefined) refused.resolve(frame);
    else send({ type: "CALL", id: "theirs", command: "delete_everything", args: [], kwargs: {} });
    echo(frame, send);
  });
  await using connection = await connect({ url: server.url, key: KEY, clock: new ManualClock() });
  assert.equal((await connection.call({ command: "anvil.private.echo" })).response, "heard");
  const { id, error } = await refused.promise;
  assert.deepEqual([id, error?.type], ["theirs", "anvil.server.NoServerFunctionError"]);
});

Deno.test("what server code prints is passed on, without the key", async () => {
  const printed: string[] = [];
  await using server = greeting((frame, send) => {
    send({ id: frame.id, output: `the key is ${KEY}` });
    echo(frame, send);
  });
  const onOutput = (text: string) => void printed.push(text);
  await using connection = await connect({ url: server.url, key: KEY, clock: new ManualClock(), onOutput });
  await connection.call({ command: "anvil.private.echo" });
  assert.deepEqual(printed, ["the key is [secret]"]);
});

Deno.test("after the connection has been closed every call fails at once", async () => {
  await using server = greeting(echo);
  const connection = await connect({ url: server.url, key: KEY, clock: new ManualClock() });
  await connection.close();
  assert.ok(connection.isOver);
  assert.equal(await connection.ended, null);
  await assert.rejects(connection.call({ command: "anvil.private.echo" }), { exitCode: 10 });
});

Deno.test("a call of 16 MiB or more is refused before it is sent, and the connection stays", async () => {
  await using server = greeting(echo);
  await using connection = await connect({ url: server.url, key: KEY, clock: new ManualClock() });
  const args = ["x".repeat(16_777_216)];
  await assert.rejects(connection.call({ command: "anvil.private.echo", args }), { code: "message-too-large" });
  assert.equal((await connection.call({ command: "anvil.private.echo" })).response, "heard");
});

Deno.test("the connection ends with what the server says when it throws this client out, without the key", async () => {
  await using server = greeting((_, send) => send({ error: `Goodbye, ${KEY}` }));
  const connection = await connect({ url: server.url, key: KEY, clock: new ManualClock() });
  await assert.rejects(connection.call({ command: "anvil.private.echo" }), { message: /Goodbye, \[secret\]$/ });
  assert.match((await connection.ended)?.message ?? "", /Goodbye, \[secret\]$/);
  await connection.close();
});
