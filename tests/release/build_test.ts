/**
 * What goes into a compiled program. None can be booted where Deno's runtime cannot be downloaded, but with `DENORT_BIN`
 * set to Deno itself `deno compile` runs to its end: what it embeds, and with what permissions, stands in the result.
 */
import assert from "node:assert/strict";
import { buildArguments, configure } from "../../.github/release/build.ts";
import { FFI_PERMISSIONS, PERMISSIONS } from "../../.github/release/permissions.ts";
import { V8_FLAGS } from "../../.github/release/v8_flags.ts";
import { libraryName } from "../../.github/release/sqlite_library.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { deno, ROOT } from "./deno.ts";

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

/** The record that `deno compile` writes beside the modules; it is the only JSON text in there that begins like this. */
function embeddedRecord(bytes: Uint8Array) {
  const text = new TextDecoder("latin1").decode(bytes);
  const start = text.lastIndexOf('{"argv":[');
  assert.ok(start > 0);
  let depth = 0;
  for (let end = start; end < text.length; end++) {
    if (text[end] === '"') end = text.indexOf('"', end + 1 + skipEscapes(text, end + 1));
    else if (text[end] === "{") depth++;
    else if (text[end] === "}" && --depth === 0) return JSON.parse(text.slice(start, end + 1));
  }
  throw new Error("The record has no end");
}

/** Characters of a JSON string up to after its last escape. */
function skipEscapes(text: string, from: number): number {
  return /^(?:[^"\\]*\\.)*/s.exec(text.slice(from, from + 100_000))?.[0].length ?? 0;
}

Deno.test("the program's module graph is main.ts, lib, and the declared packages, nothing else", async () => {
  const graph = await moduleGraph();
  const outside = graph.filter((specifier) => specifier !== "main.ts" && !specifier.startsWith("lib/"));
  const packages = outside.filter((specifier) => !specifier.startsWith("node:"));
  assert.deepEqual(packages.map((specifier) => specifier.replace(/@[\d.]+$/, "")), ["npm:/js-yaml"]);
  for (const target of Object.values<string>(JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)).imports)) {
    assert.ok(graph.includes(target.replace("./", "")), target);
  }
});

Deno.test("deno task compile embeds that graph and no test's package, with narrow permissions and its stamp", async () => {
  using dir = tempDir();
  const output = dir.file("anvil-sqlite");
  const args = buildArguments("binary", await configure("binary"), output);
  const { code, err } = await deno(args, { env: { DENORT_BIN: Deno.execPath() } });
  assert.equal(code, 0, err);

  const listed = [...err.matchAll(/^[│ ]*[├└][─┬]+ (\S+) \(/gm)].map(([, name = ""]) => name);
  assert.deepEqual(listed.filter((name) => /^[a-z-]+\/\d/.test(name)), ["argparse/3.0.4/*", "js-yaml/5.5.0/*"]);
  assert.ok(listed.includes("dist/build/build_info.ts"));
  for (const name of ["tests", "build_info.ts", ".github", "fast-check", "deno.json"]) {
    assert.deepEqual(listed.filter((one) => one === name || one.startsWith(`${name}/`)), [], name);
  }

  const record = embeddedRecord(await Deno.readFile(output));
  const { permissions: { prompt, ...lists }, entrypoint_key, workspace_resolver: { import_map, jsr_pkgs } } = record;
  const granted = Object.entries(lists).filter(([, value]) => value !== null && value !== undefined)
    .filter(([name]) => name !== "allow_import");
  // An empty list of what is allowed means everything, and of what is denied too.
  assert.deepEqual(Object.fromEntries(granted), {
    allow_env: ["ANVIL_UPLINK_KEY", "ANVIL_UPLINK_URL"],
    allow_net: [],
    allow_read: [],
    allow_sys: ["statfs"],
    allow_write: [],
    deny_import: [],
  });
  assert.deepEqual([prompt, entrypoint_key, jsr_pkgs], [false, "main.ts", []]);
  // Inside a program the files lie under another folder, so no path in the map may be of this machine.
  assert.doesNotMatch(import_map.json, /file:/);
  assert.ok(!import_map.json.includes(ROOT));
});

Deno.test("every task and option of a build says where it stands: stamp, lock file, no unused npm packages", async () => {
  const { options } = await configure("binary");
  assert.ok(options.includes("--frozen"));
  const args = buildArguments("binary", { options }, "out", ["--target", "aarch64-apple-darwin"]);
  assert.deepEqual(args, [
    "compile",
    ...options,
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
  for (const [task, product] of [["compile", "binary"], ["compile:ffi", "binary-ffi"], ["bundle", "bundle"]] as const) {
    assert.match(tasks[task].command, new RegExp(` \\.github/release/build\\.ts ${product}$`));
  }
  const start: string = tasks.start.command;
  assert.deepEqual(PERMISSIONS.filter((one) => !start.split(" ").includes(one)), ["--deny-import"]);
  for (const task of [tasks.start, tasks.demo]) assert.ok(task.command.includes(V8_FLAGS));
});

/** The build with `@db/sqlite`, of a library that is none. */
async function configureFfi(): ReturnType<typeof configure> {
  using dir = tempDir();
  const library = dir.file("any.so");
  await Deno.writeTextFile(library, "a library");
  const before = Deno.env.get("DENO_SQLITE_PATH");
  Deno.env.set("DENO_SQLITE_PATH", library);
  try {
    return await configure("binary-ffi");
  } finally {
    if (before === undefined) Deno.env.delete("DENO_SQLITE_PATH");
    else Deno.env.set("DENO_SQLITE_PATH", before);
  }
}

const STAMPS = `${ROOT}/dist/build`;
const LIBRARY = libraryName(Deno.build.os, Deno.build.arch);

Deno.test("compile:ffi takes the packages themselves and a library along, and points them to each other", async () => {
  const args = buildArguments("binary-ffi", await configureFfi(), "out");
  assert.deepEqual(args.slice(0, 3), ["compile", "--no-config", "--no-lock"]);
  const include = ["--include", `${STAMPS}/${LIBRARY}`, "--output", "out", `${ROOT}/main.ts`];
  assert.deepEqual(args.slice(args.indexOf("--include")), include);
  assert.deepEqual(args.filter((one) => one.startsWith("--allow-")), FFI_PERMISSIONS.filter((p) => /allow/.test(p)));
  const map = JSON.parse(await Deno.readTextFile(`${STAMPS}/import_map.json`));
  assert.deepEqual(map, { imports: { "../../lib/build_info.ts": "./build_info.ts" } });
  assert.equal(await Deno.readTextFile(`${STAMPS}/${LIBRARY}`), "a library");

  // What `@db/sqlite` finds when it is evaluated, after the stamp.
  const stamp = new URL(`file://${STAMPS}/build_info.ts`).href;
  const code = `await import(${JSON.stringify(stamp)}); console.log(Deno.env.get("DENO_SQLITE_PATH"))`;
  const { out } = await deno(["eval", code]);
  assert.equal(await Deno.realPath(out.trim()), await Deno.realPath(`${STAMPS}/${LIBRARY}`));
});

Deno.test("compile:ffi embeds library and stamp, here with stand-ins for the packages, which lie out of reach", async () => {
  using dir = tempDir();
  await configureFfi();
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const map = JSON.parse(await Deno.readTextFile(`${STAMPS}/import_map.json`));
  for (const [specifier, target] of Object.entries<string>(imports)) {
    map.imports[specifier] = target.replace("./", "../../");
  }
  await Deno.writeTextFile(`${STAMPS}/stand_ins.json`, JSON.stringify(map));
  const options = ["--no-config", "--no-lock", "--import-map", `${STAMPS}/stand_ins.json`];
  const args = buildArguments("binary-ffi", { options, library: LIBRARY }, dir.file("out"));
  const { code, err } = await deno(args, { env: { DENORT_BIN: Deno.execPath() } });
  assert.equal(code, 0, err);
  for (const name of ["build_info.ts", LIBRARY]) assert.ok(err.includes(`── ${name} (`), err);
  assert.deepEqual(embeddedRecord(await Deno.readFile(dir.file("out"))).permissions.allow_ffi, []);
});
