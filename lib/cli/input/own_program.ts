/**
 * The words that start this program again from another program: its own file, or Deno with the same module and the same
 * permissions.
 */
import { fileURLToPath } from "node:url";
import { ENVIRONMENT_VARIABLES } from "../terminal/environment.ts";
import { usageError } from "../model/usage_error.ts";

/** The permissions of the program, as in a release. Deno reads NO_COLOR by itself. */
const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  `--allow-env=${Object.keys(ENVIRONMENT_VARIABLES).filter((name) => name !== "NO_COLOR").join()}`,
  "--allow-sys=statfs",
];

/**
 * The words of the command.
 * @throws {AnvilSqliteError} `usage` (exit 2) when the program runs from a URL
 */
export function ownProgram(mainModule: string): readonly string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  if (mainModule.startsWith("file:")) {
    return [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, fileURLToPath(mainModule)];
  }
  throw usageError(
    "A program that runs from a URL cannot be run every night: the network may not be there",
    "Install it first, or name an installed one with --program FILE.",
  );
}
