import assert from "node:assert/strict";
import { readKey, readKeyFile } from "../../../lib/cli/input/key_source.ts";
import { EXIT } from "../../../lib/exit_codes.ts";
import { type MemoryOptions, MemorySurroundings } from "../memory_surroundings.ts";

const KEY = "server_ABCDEFGHIJKLMNOPQRSTUVWX-YZABCDEFGHIJKLMN";
const ON_WINDOWS = Deno.build.os === "windows";

/** A key file with this content, removed at the end of the block. */
function keyFile(content: string | Uint8Array, mode = 0o600): { readonly path: string } & Disposable {
  const path = Deno.makeTempFileSync();
  Deno.writeFileSync(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  if (!ON_WINDOWS) Deno.chmodSync(path, mode);
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}

function usage(code: string, message: string | RegExp) {
  return { name: "AnvilSqliteError", code, exitCode: EXIT.usage, message };
}

/** Asks and answers. */
function answering(answer: string | null, options: MemoryOptions = {}): MemorySurroundings {
  return new MemorySurroundings({ outIsTerminal: true, askSecret: () => answer, ...options });
}

Deno.test("readKey() takes the file before the variable, and the variable before the prompt", async () => {
  using file = keyFile(`${KEY}\n`);
  const memory = answering("asked_KEY", { variables: { ANVIL_UPLINK_KEY: "variable_KEY\n" } });
  assert.equal(await readKey(file.path, memory), KEY);
  assert.equal(await readKey(null, memory), "variable_KEY");
  assert.equal(await readKey(null, answering("asked_KEY ")), "asked_KEY");
});

Deno.test("readKey() makes the key known to the secrets, wherever it came from", async () => {
  using file = keyFile(KEY);
  const memories = [answering(KEY), answering(null, { variables: { ANVIL_UPLINK_KEY: KEY } }), answering(null)];
  for (const [i, memory] of memories.entries()) {
    await readKey(i === 2 ? file.path : null, memory);
    memory.terminal.line(`key is ${KEY}`);
    assert.equal(memory.err, "key is [secret]\n");
  }
});

Deno.test("readKey() asks with a prompt that says that the key is not shown", async () => {
  const asked: string[] = [];
  const memory = new MemorySurroundings({ outIsTerminal: true, askSecret: (message) => `${asked.push(message)}_KEY` });
  await readKey(null, memory);
  assert.deepEqual(asked, ["Uplink key (not shown):"]);
});

Deno.test("readKey() never asks where stdout is no terminal, since the prompt would end up in the data", async () => {
  const memory = answering(KEY, { outIsTerminal: false });
  await assert.rejects(readKey(null, memory), usage("no-key", "No Uplink key, and nobody to ask for it"));
});

Deno.test("readKey() says how to give a key when there is none, and refuses an empty one", async () => {
  const noKey = {
    ...usage("no-key", "No Uplink key, and nobody to ask for it"),
    hint: "Set ANVIL_UPLINK_KEY, or give --key-file FILE.",
  };
  await assert.rejects(readKey(null, answering(null)), noKey);
  await assert.rejects(readKey(null, answering("  ")), usage("no-key", "The Uplink key is empty"));
});

/** As PowerShell's `>` writes it. */
const UTF16 = Uint8Array.from([0xff, 0xfe, ...[...`${KEY}\r\n`].flatMap((letter) => [letter.charCodeAt(0), 0])]);

Deno.test("a key is cleaned by one function, whether a file, the variable or the prompt has it", async () => {
  for (const text of [` ${KEY} `, `"${KEY}"`, `ANVIL_UPLINK_KEY='${KEY}'`, `anvil.server.connect("${KEY}")`]) {
    using file = keyFile(text);
    assert.equal(await readKey(file.path, new MemorySurroundings()), KEY);
    assert.equal(await readKey(null, answering(null, { variables: { ANVIL_UPLINK_KEY: text } })), KEY);
    assert.equal(await readKey(null, answering(text)), KEY);
  }
  using file = keyFile(UTF16);
  assert.equal(await readKey(file.path, new MemorySurroundings()), KEY);
});

Deno.test("a key that is odd is told so with exit 2, whether a file, the variable or the prompt has it", async () => {
  const text = `${KEY.slice(0, 30)} ${KEY.slice(30)}`;
  using file = keyFile(text);
  const hint = /without spaces, quotes or other words/;
  await assert.rejects(readKey(file.path, new MemorySurroundings()), {
    ...usage("bad-key-file", `Key file '${file.path}' has a space in its middle`),
    hint,
  });
  await assert.rejects(readKey(null, answering(null, { variables: { ANVIL_UPLINK_KEY: text } })), {
    ...usage("bad-key", "The key in ANVIL_UPLINK_KEY has a space in its middle"),
    hint,
  });
  await assert.rejects(readKey(null, answering(text)), {
    ...usage("bad-key", "The Uplink key has a space in its middle"),
    hint,
  });
});

Deno.test("a client key is told by its shape, before anything is sent", async () => {
  using file = keyFile(KEY.replace("server", "client"));
  const refused = { code: "client-key", exitCode: EXIT.notAllowed, message: /^This is a client Uplink key/ };
  await assert.rejects(readKey(file.path, new MemorySurroundings()), refused);
  await assert.rejects(readKey(null, answering(KEY.replace("server", "client"))), refused);
});

Deno.test("readKeyFile() refuses what cannot be a key, and never shows what is in the file", async () => {
  const contents: [string | Uint8Array, RegExp][] = [
    ["", /is empty$/],
    [" \n", /is empty$/],
    [`${KEY}\n${KEY.replace("A", "B")}\n`, /holds more than one key$/],
    [`${KEY.slice(0, 30)}\n${KEY.slice(30)}\n`, /has more than one line$/],
    [Uint8Array.of(0xe4, 0x80), /is not plain text/],
    ["x".repeat(5000), /has 5000 bytes, so it is not a key$/],
  ];
  for (const [content, message] of contents) {
    using file = keyFile(content);
    await assert.rejects(readKeyFile(file.path, new MemorySurroundings()), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("server_"));
      return true;
    });
  }
});

Deno.test("readKeyFile() says when the file is not there", async () => {
  const path = `${Deno.makeTempDirSync()}/none.key`;
  await assert.rejects(
    readKeyFile(path, new MemorySurroundings()),
    usage("bad-key-file", /^Cannot read key file '.*none\.key': /),
  );
});

Deno.test({
  name: "readKeyFile() warns when group or others may read the file",
  ignore: ON_WINDOWS,
  fn: async () => {
    for (const [mode, warns] of [[0o600, false], [0o400, false], [0o640, true], [0o604, true]] as const) {
      using file = keyFile(KEY, mode);
      const memory = new MemorySurroundings();
      await readKeyFile(file.path, memory);
      assert.equal(memory.err, warns ? `warning: Others may read key file '${file.path}'; 'chmod 600' it\n` : "");
    }
  },
});
