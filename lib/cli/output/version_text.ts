/**
 * What `--version` prints: the version of the program, and of what it runs on. It opens SQLite in memory to ask for its
 * version, since the engine depends on how the program was built or started.
 */
import { BUILD } from "../../build_info.ts";
import { FULL_VERSION, PROGRAM } from "../../version.ts";

/**
 * Three lines: version and commit, engine and system, packages. When a permission that the engine needs is missing, it
 * says so.
 */
export async function versionText(): Promise<string> {
  const { os, arch } = Deno.build;
  const packages = BUILD === null ? "as source code, from lib/builtin or JSR" : BUILD.packages.join(", ");
  return [
    `${PROGRAM} ${FULL_VERSION}`,
    `${await engineText()}, Deno ${Deno.version.deno}, ${os} ${arch}`,
    `Packages: ${packages}`,
    "",
  ].join("\n");
}

async function engineText(): Promise<string> {
  try {
    const { openEngine } = await import("../../sqlite/open_engine.ts");
    const engine = await openEngine(":memory:", { mode: "create" });
    const { name } = engine;
    engine.close();
    return `SQLite by ${name}`;
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `SQLite not loaded (${reason})`;
  }
}
