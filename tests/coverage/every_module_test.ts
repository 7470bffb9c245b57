/**
 * Every module can be loaded by itself, and does nothing then. The coverage of functions counts what is loaded only, so
 * that without this a module that no test uses would not be missed.
 */
import assert from "node:assert/strict";

const LIB = new URL("../../lib/", import.meta.url);

function* modulesIn(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* modulesIn(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

Deno.test("every module of lib can be loaded by itself", async () => {
  const modules = [...modulesIn(LIB)];
  assert.ok(modules.length > 200, `${modules.length} modules`);
  for (const url of modules) await import(url.href);
});
