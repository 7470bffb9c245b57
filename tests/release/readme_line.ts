/** The line with which the guide runs the program from a URL, and what it allows. */
import { ROOT } from "./deno.ts";

/** The permissions of its `deno run`, in its order. */
export async function permissionsOfGuide(): Promise<readonly string[]> {
  const guide = await Deno.readTextFile(`${ROOT}/.github/GUIDE.md`);
  const [line = ""] = /^deno run (?:.*\\\n)*.*$/m.exec(guide) ?? [];
  return line.split(/\s+/).filter((word) => word.startsWith("--allow-"));
}
