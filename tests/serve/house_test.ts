/** The house rules of lib/serve that the architecture test does not look at: cycles, exports, sizes, and no word of faults. */
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

function filesUnder(folder: string): readonly string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].flatMap((entry) =>
    entry.isDirectory ? filesUnder(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]
  );
}

const SERVE = filesUnder("lib/serve");
const IMPORT = /^import\s+(type\s+)?(\{[^}]*\}|\w+|\* as \w+)\s+from\s+"([^"]+)";/gm;

/** What a file imports from other files: names by path. */
function importsOf(path: string): ReadonlyMap<string, readonly string[]> {
  const source = Deno.readTextFileSync(new URL(path, ROOT));
  return new Map(
    [...source.matchAll(IMPORT)].filter(([, , , from = ""]) => from.startsWith(".")).map((
      [, , names = "", from = ""],
    ) => [
      new URL(from, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length),
      names.replace(/[{}]/g, "").split(",").map((name) => name.trim().replace(/^type /, "").replace(/ as .*/, "")),
    ]),
  );
}

Deno.test("no file of lib/serve imports itself by way of others", () => {
  const imports = new Map(SERVE.map((path) => [path, [...importsOf(path).keys()].filter((to) => SERVE.includes(to))]));
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    assert.ok(!way.includes(path), [...way, path].join(" → "));
    if (done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of SERVE) visit(path, []);
});

Deno.test("lib/serve exports nothing that nobody imports", () => {
  const everywhere = [...filesUnder("lib"), ...filesUnder("tests"), "main.ts"].filter((path) => path.endsWith(".ts"));
  const imported = new Set(
    everywhere.flatMap((path) =>
      [...importsOf(path)].flatMap(([from, names]) => names.map((name) => `${from} ${name}`))
    ),
  );
  const unused = SERVE.flatMap((path) => {
    const source = Deno.readTextFileSync(new URL(path, ROOT));
    const exported = source.matchAll(/^export (?:async )?(?:function\*?|class|const|interface|type) (\w+)/gm);
    return [...exported].map(([, name]) => `${path} ${name}`).filter((name) => !imported.has(name));
  });
  assert.deepEqual(unused, []);
});

Deno.test("no file of lib/serve is longer than 300 lines, and none knows of faults that tests inject", () => {
  for (const path of SERVE) {
    const source = Deno.readTextFileSync(new URL(path, ROOT));
    assert.ok(source.split("\n").length <= 301, path);
    assert.doesNotMatch(source, /inject|\bfaulty\b|onCall|FaultAction/i, path);
  }
});
