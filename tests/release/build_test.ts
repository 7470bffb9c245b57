/** What a build is told: the modules that go into it, options, permissions, stamp. `built/` compiles. */
import assert from "node:assert/strict";
import { buildArguments, configure } from "../../.github/release/build.ts";
import { FFI_PERMISSIONS, PERMISSIONS } from "../../.github/release/permissions.ts";
import { V8_FLAGS } from "../../.github/release/v8_flags.ts";
import {
  LIBRARIES,
  type Library,
  LIBRARY_COMPILER,
  LIBRARY_SOURCE,
  provideLibrary,
} from "../../.github/release/sqlite_library.ts";
import { TARGETS } from "../../.github/release/targets.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { anyLibrary, configureFfi } from "./configure_ffi.ts";
import { deno, ROOT } from "./deno.ts";
import { startJsrRegistry } from "./jsr_registry.ts";

interface Module {
  readonly specifier: string;
  readonly local?: string;
}

/** Everything that the program's modules lead to, as `deno info` resolves it. */
async function moduleGraph(): Promise<readonly string[]> {
  const { out } = await deno(["info", "--json", "--config", `${ROOT}/deno.json`, `${ROOT}/main.ts`]);
  const { modules }: { modules: readonly Module[] } = JSON.parse(out);
  const root = new URL(`file://${ROOT}/`).href;
  return modules.map(({ specifier }) => specifier.replace(root, "")).sort();
}

Deno.test("the program's module graph is main.ts, lib, and the declared packages, nothing else", async () => {
  const graph = await moduleGraph();
  const outside = graph.filter((specifier) => specifier !== "main.ts" && !specifier.startsWith("lib/"));
  const packages = outside.filter((specifier) => !specifier.startsWith("node:"));
  assert.deepEqual(packages.map((specifier) => specifier.replace(/@[\d.]+$/, "")), [
    "npm:/client-zip",
    "npm:/fflate",
    "npm:/hono",
    "npm:/hono@4.13.19/html",
    "npm:/hono@4.13.19/secure-headers",
    "npm:/hyparquet-writer",
    "npm:/hyparquet",
    "npm:/js-yaml",
    "npm:/postgres",
  ]);
  for (const target of Object.values<string>(JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)).imports)) {
    assert.ok(graph.includes(target.replace("./", "")), target);
  }
});

/** Tasks that build, and what. */
const TASKS = [
  ["compile", "binary"],
  ["compile:published", "published-binary"],
  ["compile:ffi", "published-ffi"],
  ["bundle", "bundle"],
  ["bundle:published", "published-bundle"],
] as const;

Deno.test("every task and option of a build says where it stands: stamp, lock file, no unused npm packages", async () => {
  const { options } = await configure("binary");
  assert.ok(options.includes("--frozen"));
  const args = buildArguments("binary", { options }, "out", ["--target", "aarch64-apple-darwin"]);
  assert.deepEqual(args, [
    "compile",
    ...options,
    "--no-code-cache",
    V8_FLAGS,
    "--exclude-unused-npm",
    ...PERMISSIONS,
    "--target",
    "aarch64-apple-darwin",
    "--output",
    "out",
    `${ROOT}/main.ts`,
  ]);
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  for (const [task, product] of TASKS) {
    assert.match(tasks[task].command, new RegExp(` \\.github/release/build\\.ts ${product}$`));
  }
  const start: string = tasks.start.command;
  assert.deepEqual(PERMISSIONS.filter((one) => !start.split(" ").includes(one)), ["--deny-import"]);
  for (const task of [tasks.start, tasks.demo]) assert.ok(task.command.includes(V8_FLAGS));
});

/** Where a build's own files go. */
const STAMPS = `${ROOT}/dist/build`;

Deno.test("compile:ffi takes the packages themselves and a library along, and points them to each other", async () => {
  await using registry = await startJsrRegistry();
  const { name } = await anyLibrary();
  const args = buildArguments("published-ffi", await configureFfi(registry.env), "out");
  assert.deepEqual(args.slice(0, 4), ["compile", "--no-config", "--no-lock", "--import-map"]);
  const include = ["--include", `${STAMPS}/${name}`, "--output", "out", `${ROOT}/main.ts`];
  assert.deepEqual(args.slice(args.indexOf("--include")), include);
  assert.deepEqual(args.filter((one) => one.startsWith("--allow-")), FFI_PERMISSIONS.filter((p) => /allow/.test(p)));
  const map = JSON.parse(await Deno.readTextFile(`${STAMPS}/import_map.json`));
  assert.deepEqual(map, { imports: { "../../lib/build_info.ts": "./build_info.ts" } });
  assert.equal(await Deno.readTextFile(`${STAMPS}/${name}`), "a library");

  // What `@db/sqlite` finds when it is evaluated, after the stamp.
  const stamp = new URL(`file://${STAMPS}/build_info.ts`).href;
  const code = `await import(${JSON.stringify(stamp)}); console.log(Deno.env.get("DENO_SQLITE_PATH"))`;
  const { out } = await deno(["eval", code]);
  assert.equal(await Deno.realPath(out.trim()), await Deno.realPath(`${STAMPS}/${name}`));
});

Deno.test("what is released on node:sqlite redirects @db/sqlite and no other package", async () => {
  await using registry = await startJsrRegistry();
  const { options, packages } = await configure("published-binary", registry);
  assert.deepEqual(options.slice(0, 2), ["--no-config", "--no-lock"]);
  const map = JSON.parse(await Deno.readTextFile(`${STAMPS}/import_map.json`));
  assert.deepEqual(map, {
    imports: {
      "jsr:@db/sqlite@0.13.0": "../../lib/builtin/sqlite.ts",
      "../../lib/build_info.ts": "./build_info.ts",
    },
  });
  const jsr = packages.filter((one) => one.registry === "jsr").map(({ name, version }) => `${name} ${version}`);
  assert.deepEqual(jsr, ["@std/cli 1.0.32", "@std/path 1.1.6", "@std/yaml 1.2.0"]);
});

Deno.test("no program is compiled with a code cache, which would run what lies in /tmp under its name", () => {
  for (const product of ["binary", "published-binary", "published-ffi"] as const) {
    const args = buildArguments(product, { options: [], library: "libany.so" }, "out");
    assert.deepEqual(args.filter((one) => /code-cache/.test(one)), ["--no-code-cache"], product);
  }
});

Deno.test("provideLibrary() takes the library that is pinned, and no other", async () => {
  using dir = tempDir();
  const library = await anyLibrary();
  await assert.rejects(provideLibrary(dir.path, dir.file("to"), library), /run 'deno task libraries' first/);
  await Deno.writeTextFile(dir.file(library.name), "a librarz");
  await assert.rejects(
    provideLibrary(dir.path, dir.file("to"), library),
    /^Error: libany\.so is not what is pinned: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}$/,
  );
  assert.ok(!dir.names().includes("to"));
  await Deno.writeTextFile(dir.file(library.name), "a library");
  await provideLibrary(dir.path, dir.file("to"), library);
  assert.equal(await Deno.readTextFile(dir.file(`to/${library.name}`)), "a library");
});

Deno.test("every target has a library of its own, pinned by its SHA-256", () => {
  assert.deepEqual(Object.keys(LIBRARIES).sort(), TARGETS.map(({ name }) => name).sort());
  const libraries = Object.values(LIBRARIES);
  for (const { sha256 } of [...libraries, LIBRARY_SOURCE, LIBRARY_COMPILER]) assert.match(sha256, /^[0-9a-f]{64}$/);
  for (const pick of [(one: Library) => one.name, (one: Library) => one.sha256]) {
    assert.equal(new Set(libraries.map(pick)).size, TARGETS.length);
  }
  for (const pinned of [LIBRARY_SOURCE.npm, LIBRARY_COMPILER.pypi]) assert.match(pinned, /^[\w-]+(@|==)\d+\.\d+\.\d+$/);
});
