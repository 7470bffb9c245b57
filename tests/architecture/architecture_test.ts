/** The import rules of the design: which folder may know which, and who touches the world outside. */
import assert from "node:assert/strict";
import { edges, graphOf, layerOf, modulesUnder, readModule, resolve, rings, roomOf, ROOT } from "./source_tree.ts";
import { withRooms } from "./rooms_table.ts";
import { MAIN_KNOWS, ROOMS } from "./walls.ts";

const LIBRARY = modulesUnder("lib");
const PROGRAM = [readModule("main.ts"), ...LIBRARY];

/** Rooms by name. */
const KNOWN = new Map(ROOMS.map((room) => [room.name, room]));

Deno.test("every file of lib lies in a room that the table of walls names", () => {
  const wrong = LIBRARY.filter(({ path }) => !KNOWN.has(roomOf(path)));
  assert.deepEqual(wrong.map(({ path }) => path), []);
  const inhabited = new Set(LIBRARY.map(({ path }) => roomOf(path)));
  assert.deepEqual([...KNOWN.keys()].filter((name) => !inhabited.has(name)), []);
});

Deno.test("every room imports only those that it may know", () => {
  const wrong: string[] = [];
  for (const [from, to] of edges(PROGRAM)) {
    const [room, target] = [roomOf(from.path), roomOf(to)];
    const knows = from.path === "main.ts" ? MAIN_KNOWS : KNOWN.get(room)?.knows ?? [];
    if (room !== target && !knows.includes(target)) wrong.push(`${from.path} imports ${to}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("no room may know one that it does not import", () => {
  const used = new Set([...edges(LIBRARY)].map(([from, to]) => `${roomOf(from.path)} knows ${roomOf(to)}`));
  const idle = ROOMS.flatMap(({ name, knows }) => knows.map((other) => `${name} knows ${other}`))
    .filter((wall) => !used.has(wall));
  assert.deepEqual(idle, []);
});

Deno.test("no room knows one that stands above it in the table", () => {
  const wrong = ROOMS.flatMap(({ name, knows }, at) =>
    knows.filter((other) => ROOMS.findIndex((room) => room.name === other) >= at).map((other) =>
      `${name} knows ${other}`
    )
  );
  assert.deepEqual(wrong, []);
});

Deno.test("no files import each other in a ring", () => {
  const pairs = [...edges(LIBRARY)].map(([from, to]): readonly [string, string] => [from.path, to]);
  assert.deepEqual(rings(graphOf(pairs)), []);
});

Deno.test("no folders import each other in a ring, at either depth", () => {
  for (const depth of [layerOf, roomOf]) {
    const pairs = [...edges(LIBRARY)].map(([from, to]): readonly [string, string] => [depth(from.path), depth(to)]);
    // A layer's own files may stand above its rooms: only rings of several layers count at the first depth.
    assert.deepEqual(rings(graphOf(pairs)), []);
  }
});

Deno.test("CONTRIBUTING has the table of rooms as it is", () => {
  const url = new URL(".github/CONTRIBUTING.md", ROOT);
  const document = Deno.readTextFileSync(url);
  const cells = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/\|[-|]+\|/g, "|-|");
  assert.equal(cells(document), cells(withRooms(document)), "run 'deno task rooms'");
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

Deno.test("every package is named with its exact version, since a run from a URL has no lock file", () => {
  const named = [...PROGRAM, ...modulesUnder("tests")].flatMap(({ imports }) => imports)
    .map(({ specifier }) => specifier).filter((specifier) => /^(jsr|npm):/.test(specifier));
  assert.ok(named.length >= 6);
  for (const specifier of named) assert.match(specifier, /^(jsr|npm):(@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+(\/[\w-]+)?$/);
});

Deno.test("deno.json redirects exactly the specifiers of lib/deps.ts, letter for letter, to lib/builtin", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const named = readModule("lib/deps.ts").imports.map(({ specifier }) => specifier);
  assert.deepEqual(Object.keys(imports).sort(), [...new Set(named)].sort());
  for (const target of Object.values(imports)) assert.match(String(target), /^\.\/lib\/builtin\/\w+\.ts$/);
});

Deno.test("the other packages' import map differs from deno.json in what tests/engines imitates alone", () => {
  const folder = new URL("tests/engines/", ROOT);
  const targets = (file: URL): Record<string, string> => {
    const { imports } = JSON.parse(Deno.readTextFileSync(file));
    return Object.fromEntries(Object.entries(imports).map(([key, to]) => [key, new URL(String(to), file).href]));
  };
  const [own, other] = [targets(new URL("deno.json", ROOT)), targets(new URL("import_map.json", folder))];
  assert.deepEqual(Object.keys(other).sort(), Object.keys(own).sort());
  const led = Object.keys(own).filter((key) => own[key] !== other[key]);
  assert.deepEqual(led.map((key) => [key, other[key]]), [
    ["jsr:@std/yaml@1.2.0/parse", new URL("like_std_yaml.ts", folder).href],
    ["jsr:@db/sqlite@0.13.0", new URL("like_db_sqlite.ts", folder).href],
  ]);
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
  [/\bDeno\.stdin\b/, [
    "lib/builtin/prompt_secret.ts",
    "lib/cli/terminal/ask_line.ts",
    "lib/cli/terminal/standard_input.ts",
  ]],
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

Deno.test("serve knows of no faults that tests inject, but for the one seam through which they come", () => {
  const wrong = LIBRARY.filter(({ path, source }) =>
    path.startsWith("lib/serve/") && /inject|\bfaulty\b|onCall|FaultAction/i.test(source)
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("no file of lib is longer than 310 lines", () => {
  assert.deepEqual(LIBRARY.filter(({ source }) => source.split("\n").length > 311).map(({ path }) => path), []);
});
