/** How a try-out of a binary fails; `built/` has one that succeeds. */
import assert from "node:assert/strict";
import { assertReleased, smoke } from "../../.github/release/smoke.ts";

Deno.test("smoke() fails when the program does, or prints something else", async () => {
  await assert.rejects(smoke(Deno.execPath(), ["eval", "Deno.exit(3)"], () => {}), /'--version' ended with 3/);
  await assert.rejects(smoke(Deno.execPath(), ["eval", "1"], () => {}), /'--version' did not print what matches/);
});

/** What `--version` prints of a released program. */
function version(engine: string, packages: string, commit = "1a2b3c4d5e, 2026-11-24"): string {
  return `anvil-sqlite 0.1.0 (${commit})\nSQLite by ${engine} 3.53.2, Deno 2.9.6, linux x86_64\nPackages: ${packages}\n`;
}

Deno.test("assertReleased() wants the owner's packages inside, at their versions, and the engine of the flavour", async () => {
  const standard = "@std/cli 1.0.32, @std/path 1.1.6, @std/yaml 1.2.0";
  await assertReleased(version("node:sqlite", standard), false);
  await assertReleased(version("@db/sqlite", `@db/sqlite 0.13.0, ${standard}`), true);
  for (
    const [text, ffi, problem] of [
      [version("node:sqlite", "argparse 3.0.4, js-yaml 5.5.0"), false, /@std\/yaml 1\.2\.0 is not inside/],
      [version("node:sqlite", standard.replace("1.0.32", "1.0.33")), false, /@std\/cli 1\.0\.32 is not inside/],
      [version("node:sqlite", standard), true, /it is the other flavour; it has the other engine/],
      [version("@db/sqlite", `@db/sqlite 0.13.0, ${standard}`), false, /it is the other flavour/],
      [version("node:sqlite", standard, "1a2b3c4d5e-dirty, 2026-11-24"), false, /it names no clean commit/],
      [version("node:sqlite", "as source code, from lib/builtin or JSR"), false, /is not inside/],
    ] as const
  ) await assert.rejects(assertReleased(text, ffi), problem);
});
