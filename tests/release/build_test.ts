/** What a build is told: the modules that go into it, options, permissions, stamp. `built/` compiles. */
import assert from "node:assert/strict";
import { buildArguments, configure } from "../../.github/release/build.ts";
import { FFI_PERMISSIONS, PERMISSIONS } from "../../.github/release/permissions.ts";
import { V8_FLAGS } from "../../.github/release/v8_flags.ts";
import { libraryName } from "../../.github/release/sqlite_library.ts";
import { configureFfi } from "./configure_ffi.ts";
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

Deno.test("the program's module graph is main.ts, lib, and the declared packages, nothing else", async () => {
  const graph = await moduleGraph();
  const outside = graph.filter((specifier) => specifier !== "main.ts" && !specifier.startsWith("lib/"));
  const packages = outside.filter((specifier) => !specifier.startsWith("node:"));
  assert.deepEqual(packages.map((specifier) => specifier.replace(/@[\d.]+$/, "")), ["npm:/js-yaml"]);
  for (const target of Object.values<string>(JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)).imports)) {
    assert.ok(graph.includes(target.replace("./", "")), target);
  }
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

/** Where a build's own files go. */
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
