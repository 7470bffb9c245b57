/** The program as a process: what reaches the streams, and the exit code. */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../.github/release/permissions.ts";

const MAIN = new URL("../../main.ts", import.meta.url);

const ALLOW_ENV = PERMISSIONS.find((one) => one.startsWith("--allow-env=")) ?? "";

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ALLOW_ENV, MAIN.href, ...args],
    stdin: "null",
    env: { NO_COLOR: "1", ANVIL_UPLINK_KEY: "", ANVIL_UPLINK_URL: "", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("main.ts needs no permission to show its help and version", async () => {
  assert.match((await run(["--help"])).out, /^anvil-sqlite \d/);
  const { code, out, err } = await run(["--version"]);
  assert.match(out, /^anvil-sqlite \d+\.\d+\.\d+/);
  assert.deepEqual([code, err], [0, ""]);
});

Deno.test("main.ts ends with the exit code of what went wrong, and says it on stderr", async () => {
  assert.deepEqual(await run(["bakcup"]), {
    code: 2,
    out: "",
    err: "error: Unknown command 'bakcup'\nhint: Did you mean 'backup'?\n",
  });
});

Deno.test("main.ts says which permission is missing", async () => {
  const { code, err } = await run(["schema", "anvil.yaml"]);
  assert.equal(code, 2);
  assert.match(err, /^error: Requires read access to .*\nhint: Run it again with the --allow-read flag\.\n$/);
});

Deno.test("main.ts wants no variable to be allowed that a command can do without", async () => {
  const args = ["run", "--quiet", "--no-prompt", "--allow-read", MAIN.href, "inspect", "none.sqlite"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    stdin: "null",
    env: { NO_COLOR: "1", ANVIL_UPLINK_URL: "ws://host" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 20, said);
  assert.match(said, /^error: There is no file, folder or app 'none\.sqlite'/);
  const verify = await new Deno.Command(Deno.execPath(), {
    args: [...args.slice(0, -2), "verify", "none.sqlite"],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(verify.code, 20, new TextDecoder().decode(verify.stderr));
});

Deno.test("main.ts asks nobody for a key when nobody is there", async () => {
  const { code, err } = await run(["tables"]);
  assert.deepEqual([code, err], [
    2,
    "error: No Uplink key, and nobody to ask for it\nhint: Set ANVIL_UPLINK_KEY, or give --key-file FILE.\n",
  ]);
});

Deno.test("main.ts shows no key that came from the environment", async () => {
  const key = "server_ABCDEFGHIJKLMNOPQRSTUVWX";
  const { code, out, err } = await run(["tables", "--url", `http://user:${key}@host/${key}`], {
    ANVIL_UPLINK_KEY: key,
  });
  assert.notEqual(code, 0);
  assert.ok(!(out + err).includes(key), err);
});
