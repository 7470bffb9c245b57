/**
 * Builds SQLite as a shared library for every target, into `dist/libraries`: `deno task libraries`, on x86_64 Linux with
 * npm and Python. Source, compiler and result are checked against `sqlite_library.ts`; nothing is kept that differs.
 */
import { fileURLToPath } from "node:url";
import { checkSum, LIBRARIES, LIBRARY_COMPILER, LIBRARY_OPTIONS, LIBRARY_SOURCE } from "./sqlite_library.ts";
import type { Target } from "./targets.ts";

/** Builds the libraries of some targets. */
export async function buildLibraries(output: string, targets: readonly Target["name"][]): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "anvil-sqlite-library-" });
  try {
    const source = await fetchSource(work);
    const python = await installCompiler(work);
    await Deno.mkdir(output, { recursive: true });
    for (const target of targets) {
      const { name, compiledFor, sha256 } = LIBRARIES[target];
      const result = `${work}/${name}`;
      // Names without folders, since they get into the library; on macOS one of its own does, too.
      const named = compiledFor.includes("macos") ? [`-Wl,-install_name,@rpath/${name}`] : [];
      const args = ["-m", "ziglang", "cc", "-target", compiledFor, ...LIBRARY_OPTIONS, ...named, source, "-o", name];
      // Its caches stay with the rest of the work.
      await run(python, args, work, { ZIG_GLOBAL_CACHE_DIR: `${work}/zig`, ZIG_LOCAL_CACHE_DIR: `${work}/zig` });
      await checkSum(await Deno.readFile(result), sha256, name);
      await Deno.copyFile(result, `${output}/${name}`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Fetches SQLite's source; gives its name in the folder. */
async function fetchSource(work: string): Promise<string> {
  await run("npm", ["pack", "--silent", "--pack-destination", work, LIBRARY_SOURCE.npm], work);
  const packed = [...Deno.readDirSync(work)].find(({ name }) => name.endsWith(".tgz"));
  if (packed === undefined) throw new Error(`npm gave no package for ${LIBRARY_SOURCE.npm}`);
  await run("tar", ["-xzf", packed.name, LIBRARY_SOURCE.file], work);
  await checkSum(await Deno.readFile(`${work}/${LIBRARY_SOURCE.file}`), LIBRARY_SOURCE.sha256, LIBRARY_SOURCE.file);
  await Deno.rename(`${work}/${LIBRARY_SOURCE.file}`, `${work}/sqlite3.c`);
  return "sqlite3.c";
}

/** A Python that has the compiler and nothing else. */
async function installCompiler(work: string): Promise<string> {
  await run("python3", ["-m", "venv", `${work}/venv`], work);
  await Deno.writeTextFile(
    `${work}/requirements.txt`,
    `${LIBRARY_COMPILER.pypi} --hash=sha256:${LIBRARY_COMPILER.sha256}\n`,
  );
  const python = `${work}/venv/bin/python`;
  const quiet = ["--quiet", "--disable-pip-version-check"];
  await run(python, ["-m", "pip", "install", ...quiet, "--require-hashes", "-r", "requirements.txt"], work);
  return python;
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { success } = await new Deno.Command(program, { args: [...args], cwd, env, stdout: "null" }).spawn().status;
  if (!success) throw new Error(`Cannot build SQLite: '${program} ${args.join(" ")}' failed`);
}

if (import.meta.main) {
  const wanted = Object.keys(LIBRARIES) as Target["name"][];
  const chosen = wanted.filter((name) => Deno.args.length === 0 || Deno.args.includes(name));
  if (chosen.length === 0) throw new Error(`Cannot build: give none or some of ${wanted.join(", ")}`);
  await buildLibraries(fileURLToPath(new URL("../../dist/libraries", import.meta.url)), chosen);
}
