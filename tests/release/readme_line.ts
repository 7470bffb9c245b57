/** The line with which the README runs the program from a URL, and what it allows. */
import { ROOT } from "./deno.ts";

/** The permissions of the README's `deno run`, in its order. */
export async function permissionsOfReadme(): Promise<readonly string[]> {
  const readme = await Deno.readTextFile(`${ROOT}/README.md`);
  const [line = ""] = /^deno run (?:.*\\\n)*.*$/m.exec(readme) ?? [];
  return line.split(/\s+/).filter((word) => word.startsWith("--allow-"));
}
