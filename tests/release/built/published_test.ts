/** The program as it is released, built with the packages of JSR, here from a registry on this machine. */
import assert from "node:assert/strict";
import { buildArguments, configure, type Product } from "../../../.github/release/build.ts";
import { assertReleased } from "../../../.github/release/smoke.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { anyLibrary, configureFfi } from "../configure_ffi.ts";
import { deno, ROOT } from "../deno.ts";
import { startJsrRegistry } from "../jsr_registry.ts";

const STANDARD = ["@std/cli 1.0.32", "@std/path 1.1.6", "@std/yaml 1.2.0"];

/** What a released program says of itself; the checkout may differ from its commit while it is worked on. */
async function assertSays(version: string, ffi: boolean): Promise<void> {
  await assertReleased(version.replace("-dirty", ""), ffi);
}

Deno.test("the released one-file program holds the owner's packages of JSR, and not @db/sqlite", async () => {
  using dir = tempDir();
  await using registry = await startJsrRegistry();
  const built = await configure("published-bundle", registry);
  const output = dir.file("anvil-sqlite.js");
  const { code, err } = await deno(buildArguments("published-bundle", built, output), { env: registry.env });
  assert.equal(code, 0, err);
  assert.deepEqual(registry.asked(), STANDARD);
  const said = await deno(["run", "--no-config", "--no-remote", "--no-npm", output, "--version"]);
  assert.match(said.out, /\nPackages: (argparse [\d.]+, )?@std\/cli 1\.0\.32, @std\/path 1\.1\.6, @std\/yaml 1\.2\.0/);
  await assertSays(said.out, false);
});

for (const product of ["published-binary", "published-ffi"] as const satisfies readonly Product[]) {
  const ffi = product === "published-ffi";
  Deno.test(`deno compile of ${product} asks JSR for the packages themselves`, async () => {
    using dir = tempDir();
    await using registry = await startJsrRegistry();
    const built = ffi ? await configureFfi(registry.env) : await configure(product, registry);
    const args = buildArguments(product, built, dir.file("out"));
    const { code, err } = await deno(args, { env: { ...registry.env, DENORT_BIN: Deno.execPath() } });
    assert.equal(code, 0, err);
    assert.deepEqual(registry.asked(), ffi ? ["@db/sqlite 0.13.0", ...STANDARD] : STANDARD);
    if (ffi) {
      for (const name of ["build_info.ts", (await anyLibrary()).name]) assert.ok(err.includes(`── ${name} (`), err);
    }

    // A compiled program cannot be started here; the same modules can, with the same options.
    const run = await deno(["run", "--allow-env", ...built.options, `${ROOT}/main.ts`, "--version"], registry);
    assert.equal(run.code, 0, run.err);
    await assertSays(run.out, ffi);
  });
}
