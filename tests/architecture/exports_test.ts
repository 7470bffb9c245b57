/** One name, one thing: what modules of the program export, and who imports it. */
import assert from "node:assert/strict";
import { modulesUnder, readModule, resolve } from "./source_tree.ts";

const LIBRARY = modulesUnder("lib");
const IMPORTERS = [readModule("main.ts"), ...LIBRARY, ...modulesUnder("tests"), ...modulesUnder(".github/release")];

/** `lib/builtin` has the interfaces of packages, which `deno.json` leads there. */
const OWN = LIBRARY.filter(({ path }) => !/^lib\/builtin\//.test(path));

/** A command's body is a module with this function: the table of commands imports the module. */
const BODY = "run";

Deno.test("no name is exported by two modules", () => {
  const homes = new Map<string, string[]>();
  for (const { path, exports } of OWN) {
    for (const name of exports) {
      if (name !== BODY) homes.set(name, [...homes.get(name) ?? [], path]);
    }
  }
  assert.deepEqual([...homes].filter(([, paths]) => paths.length > 1), []);
});

Deno.test("nothing is exported that nobody imports", () => {
  const taken = new Map<string, Set<string>>();
  for (const module of IMPORTERS) {
    for (const { specifier, names } of module.imports) {
      if (!specifier.startsWith(".")) continue;
      const path = resolve(module, specifier);
      taken.set(path, taken.get(path)?.union(new Set(names)) ?? new Set(names));
    }
  }
  const idle = OWN.flatMap(({ path, exports }) => {
    const names = taken.get(path) ?? new Set();
    return names.has("*") ? [] : exports.filter((name) => !names.has(name)).map((name) => `${path}: ${name}`);
  });
  assert.deepEqual(idle, []);
});
