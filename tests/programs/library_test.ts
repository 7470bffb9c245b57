/** SQLite's shared library, where it is missing or something else: the program says so, and what to do. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run } from "../fixtures/running/run.ts";
import { writeServedApp } from "../fixtures/files/archive_fixture.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the program on an engine whose library is this file. */
async function runWith(dir: TempDir, library: string, permissions: readonly string[], ...args: readonly string[]) {
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}tests/engines/import_map.json`));
  const lead = (to: string) => new URL(to, new URL("../engines/", import.meta.url)).href;
  const map = Object.entries<string>(imports).map(([name, to]) =>
    [name, lead(name.startsWith("jsr:@db/sqlite") ? "./needs_library.ts" : to)] as const
  );
  await Deno.writeTextFile(dir.file("map.json"), JSON.stringify({ imports: Object.fromEntries(map) }));
  const options = ["run", "--quiet", "--no-check", "--no-prompt", "--import-map", dir.file("map.json")];
  return await run(Deno.execPath(), [...options, ...permissions, `${ROOT}main.ts`, ...args], {
    cwd: dir.path,
    env: { DENO_SQLITE_PATH: library },
  });
}

const ALL = ["--allow-read", "--allow-write", "--allow-net", "--allow-env", "--allow-ffi"];

Deno.test("a SQLite library that does not load: exit 2, said in a sentence, with a hint, whatever was asked for", async () => {
  using dir = tempDir();
  await Deno.writeTextFile(dir.file("text.so"), "no library");
  await writeServedApp(dir.file("a.sqlite"));
  for (const library of [dir.file("none.so"), dir.file("text.so"), dir.path]) {
    for (const args of [["verify", "a.sqlite"], ["inspect", "a.sqlite"], ["demo"]]) {
      const { code, out, err } = await runWith(dir, library, ALL, ...args);
      assert.deepEqual([code, out], [2, ""], err);
      assert.match(
        err,
        /^(A sample bookshop .*\n)?error: SQLite's library cannot be loaded: .*(none\.so|text\.so|anvil-sqlite-test).*\nhint: Set DENO_SQLITE_PATH/s,
      );
      assert.doesNotMatch(err, /This is a bug/);
    }
  }
  const { code, out } = await runWith(dir, dir.file("none.so"), ALL, "--version");
  assert.equal(code, 0);
  assert.match(out, /\nSQLite not loaded \(SQLite's library cannot be loaded: /);
});

Deno.test("a SQLite library that may not be loaded: the permission that is missing is said", async () => {
  using dir = tempDir();
  await writeServedApp(dir.file("a.sqlite"));
  const { code, err } = await runWith(dir, dir.file("none.so"), ALL.slice(0, -1), "verify", "a.sqlite");
  assert.equal(code, 2);
  assert.match(err, /^error: Requires ffi access to .*\nhint: Run it again with the --allow-ffi flag/);
});
