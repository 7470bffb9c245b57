import assert from "node:assert/strict";

Deno.test("promptSecret() gives null and prints nothing when stdin is no terminal", async () => {
  const module = new URL("../../lib/builtin/prompt_secret.ts", import.meta.url).href;
  const code = `import { promptSecret } from ${
    JSON.stringify(module)
  }; if (promptSecret("Key:") !== null) Deno.exit(9);`;
  const { code: status, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdin: "null",
  }).output();
  assert.deepEqual([status, stdout.length, new TextDecoder().decode(stderr)], [0, 0, ""]);
});
