/** The import rules of the design: which folder may know which, and who touches the world outside. */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

/** A source file: path from the root, text without comments, and the specifiers it imports. */
interface Module {
  readonly path: string;
  readonly source: string;
  readonly code: string;
  readonly imports: readonly { readonly specifier: string; readonly dynamic: boolean }[];
}

const STATIC = /^(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;

function readModule(path: string): Module {
  const source = Deno.readTextFileSync(new URL(path, ROOT));
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
  const imports = [
    ...[...code.matchAll(STATIC)].map((match) => ({ specifier: match[1] ?? match[2] ?? "", dynamic: false })),
    ...[...code.matchAll(DYNAMIC)].map((match) => ({ specifier: match[1] ?? "", dynamic: true })),
  ];
  return { path, source, code, imports };
}

function modulesUnder(folder: string): readonly Module[] {
  const found: Module[] = [];
  for (const entry of Deno.readDirSync(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...modulesUnder(path));
    else if (path.endsWith(".ts")) found.push(readModule(path));
  }
  return found;
}

const LIBRARY = modulesUnder("lib");
const PROGRAM = [readModule("main.ts"), ...LIBRARY];

/** Path from the root of a relative import. */
function resolve(module: Module, specifier: string): string {
  return new URL(specifier, new URL(module.path, ROOT)).pathname.slice(ROOT.pathname.length);
}

/** `schema` for `lib/schema/x.ts`, `errors.ts` for `lib/errors.ts`, `main.ts`. */
function layerOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "lib" ? second : first;
}

/** Everything that modules import from within, as `path → path`. */
function* edges(modules: readonly Module[]): Generator<readonly [from: Module, to: string]> {
  for (const module of modules) {
    for (const { specifier } of module.imports) {
      if (specifier.startsWith(".")) yield [module, resolve(module, specifier)];
    }
  }
}

const BASE = ["clock.ts", "deps.ts", "errors.ts", "version.ts"];

/** The layers that others stand on, and what each may import, itself aside. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  "build_info.ts": [],
  builtin: [],
  "clock.ts": [],
  "deps.ts": ["builtin"],
  "errors.ts": [],
  "version.ts": ["build_info.ts"],
  json: ["errors.ts"],
  value: ["json", "errors.ts"],
  sqlite: ["deps.ts", "errors.ts"],
  schema: ["json", "value", "errors.ts", "deps.ts"],
  ddl: ["schema", "json", "value", "errors.ts"],
  ui: ["clock.ts"],
  uplink: ["json", "value", "clock.ts", "errors.ts", "version.ts"],
  // What was moved here still takes a table's state from `backup` and `ddl`.
  tables: ["uplink", "schema", "json", "value", "clock.ts", "errors.ts", "backup", "ddl"],
  archive: [...BASE, "sqlite", "ddl", "schema", "json", "value"],
  backup: [...BASE, "archive", "sqlite", "tables", "uplink", "ui", "ddl", "schema", "json", "value"],
  serve: [...BASE, "archive", "sqlite", "uplink", "ddl", "schema", "json", "value"],
};

Deno.test("every layer imports only those that the design lets it know", () => {
  const wrong: string[] = [];
  for (const [from, to] of edges(LIBRARY)) {
    const [layer, target] = [layerOf(from.path), layerOf(to)];
    // What stands above the core (verify, restore, demo…) may use all of it.
    const allowed = layer === target || (CORE[layer]?.includes(target) ?? target !== "builtin");
    if (!allowed) wrong.push(`${from.path} imports ${to}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("nothing imports cli but cli and main.ts", () => {
  const wrong = [...edges(PROGRAM)].filter(([from, to]) =>
    layerOf(to) === "cli" && !["cli", "main.ts"].includes(layerOf(from.path))
  );
  assert.deepEqual(wrong.map(([from]) => from.path), []);
});

Deno.test("schema, ddl, json, value and ui touch nothing outside: no Deno, no node, no web API for files or sockets", () => {
  const outside = /\bDeno\.|["']node:|\bfetch\(|\bWebSocket\b|\bsetTimeout\b|\bDate\.now\b|\bperformance\./;
  const wrong = LIBRARY.filter(({ path, code }) =>
    ["schema", "ddl", "json", "value", "ui"].includes(layerOf(path)) && outside.test(code)
  );
  assert.deepEqual(wrong.map((module) => module.path), []);
});

Deno.test("only sqlite opens SQLite, and only the redirect knows node:sqlite", () => {
  for (const { path, code, imports } of PROGRAM) {
    if (/\bloadSqlite\b/.test(code)) assert.ok(path === "lib/deps.ts" || layerOf(path) === "sqlite", path);
    if (imports.some(({ specifier }) => specifier === "node:sqlite")) assert.equal(path, "lib/builtin/sqlite.ts");
  }
});

Deno.test("only uplink and serve know frames", () => {
  const wrong = [...edges(PROGRAM)].filter(([from, to]) =>
    to === "lib/uplink/frames.ts" && !["uplink", "serve"].includes(layerOf(from.path))
  );
  assert.deepEqual(wrong.map(([from]) => from.path), []);
});

Deno.test("packages are named in lib/deps.ts (jsr), lib/builtin (npm) and tests/deps.ts (npm), nowhere else", () => {
  for (const { path, imports } of [...PROGRAM, ...modulesUnder("tests")]) {
    for (const { specifier } of imports) {
      if (/^(\.|node:)/.test(specifier)) continue;
      const scheme = specifier.slice(0, specifier.indexOf(":"));
      const home = path === "lib/deps.ts"
        ? "jsr"
        : path === "tests/deps.ts" || layerOf(path) === "builtin"
        ? "npm"
        : "";
      assert.equal(scheme, home, `${path} imports ${specifier}`);
    }
  }
});

Deno.test("deno.json redirects exactly the specifiers of lib/deps.ts, letter for letter, to lib/builtin", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const named = readModule("lib/deps.ts").imports.map(({ specifier }) => specifier);
  assert.deepEqual(Object.keys(imports).sort(), [...new Set(named)].sort());
  for (const target of Object.values(imports)) assert.match(String(target), /^\.\/lib\/builtin\/\w+\.ts$/);
});

Deno.test("@db/sqlite is imported dynamically, because its module loads a shared library", () => {
  const [sqlite] = readModule("lib/deps.ts").imports.filter(({ specifier }) => specifier.startsWith("jsr:@db/sqlite"));
  assert.equal(sqlite?.dynamic, true);
});

Deno.test("--help loads neither database nor wire: nothing main.ts imports statically leads there", () => {
  const loaded = new Set<string>();
  const visit = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const module = readModule(path);
    for (const { specifier, dynamic } of module.imports) {
      if (!dynamic && specifier.startsWith(".")) visit(resolve(module, specifier));
    }
  };
  visit("main.ts");
  const layers = new Set([...loaded].map(layerOf));
  for (const layer of ["archive", "backup", "ddl", "demo", "schema", "serve", "tables", "uplink"]) {
    assert.ok(!layers.has(layer), `main.ts loads ${layer}`);
  }
});

/** Who may touch what of the process. */
const TOUCHES: readonly (readonly [pattern: RegExp, homes: readonly string[]])[] = [
  [/\bDeno\.exit\b/, ["main.ts"]],
  [/\bDeno\.args\b/, ["main.ts"]],
  [/\bDeno\.env\b/, ["lib/cli/terminal/environment.ts"]],
  [/\bDeno\.(stdout|stderr|consoleSize|noColor)\b/, ["lib/cli/terminal/terminal.ts", "lib/builtin/prompt_secret.ts"]],
  [/\bDeno\.stdin\b/, ["lib/builtin/prompt_secret.ts", "lib/cli/terminal/ask_line.ts"]],
  [/\bDeno\.addSignalListener\b/, ["lib/cli/terminal/interrupts.ts"]],
  [/\bconsole\.|\b(alert|confirm|prompt)\(/, []],
];

Deno.test("arguments, environment, exit, streams and signals are touched in one file each, the console in none", () => {
  for (const [pattern, homes] of TOUCHES) {
    const found = PROGRAM.filter(({ code }) => pattern.test(code)).map((module) => module.path);
    assert.deepEqual(found.filter((path) => !homes.includes(path)), [], String(pattern));
  }
});

Deno.test("every module of the program opens with a doc comment", () => {
  const wrong = PROGRAM.filter(({ source }) => !source.startsWith("/**\n"));
  assert.deepEqual(wrong.map((module) => module.path), []);
});

Deno.test("no module is called utils or types, and every name is snake_case", () => {
  for (const { path } of LIBRARY) {
    assert.match(path, /^lib(\/[a-z0-9_]+)+\.ts$/);
    assert.doesNotMatch(path, /\/(utils?|types|helpers|common|misc)\.ts$/);
  }
});

Deno.test("the checkout needs no package.json", () => {
  const names = [...Deno.readDirSync(ROOT)].map((entry) => entry.name);
  assert.ok(!names.includes("package.json"));
  assert.ok(!names.includes("node_modules"));
});
