/** What `release.yml` runs on every system, here with the checkout in the binary's place. */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../../.github/release/permissions.ts";
import { smoke } from "../../../.github/release/smoke.ts";
import { ROOT } from "../deno.ts";

Deno.test("smoke() tries version, demo, verify, inspect, drill, schema, completions and man", async () => {
  const lines: string[] = [];
  const first = ["run", "--quiet", ...PERMISSIONS, `${ROOT}/main.ts`];
  await smoke(Deno.execPath(), first, (line) => lines.push(line));
  const commands = lines.filter((line) => line.startsWith("$ ")).map((line) => line.split(" ")[2]);
  assert.deepEqual(commands, ["--version", "demo", "verify", "inspect", "drill", "schema", "completions", "man"]);
  assert.equal(lines.at(-1), "All is well.");
});
