/**
 * What `--version` prints: the program, and what it stands on. SQLite is opened in memory to ask it, because both the
 * engine and its version depend on how the program was built or started.
 */
import { FULL_VERSION, PROGRAM } from "../../version.ts";

/** Two lines. Without the permission that SQLite's engine needs, the second says so. */
export async function versionText(): Promise<string> {
  const { os, arch } = Deno.build;
  return `${PROGRAM} ${FULL_VERSION}\n${await engineText()}, Deno ${Deno.version.deno}, ${os} ${arch}\n`;
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
