/**
 * Tries a program on the system that it was built for: everything that needs no account, from `--version` to a restore
 * drill. `smoke.ts PROGRAM...`: further words go before the arguments.
 */
import { VERSION } from "../../lib/version.ts";

interface Ended {
  readonly code: number;
  readonly out: string;
}

/**
 * Runs all of it.
 * @throws {Error} at the first thing that is not as it should be
 */
export async function smoke(program: string, first: readonly string[], say: (line: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "anvil-sqlite-smoke-" });
  try {
    const run = async (args: readonly string[], wanted: RegExp): Promise<string> => {
      say(`$ anvil-sqlite ${args.join(" ")}`);
      const { code, out } = await capture(program, [...first, ...args]);
      say(out.trimEnd());
      if (code !== 0) throw new Error(`'${args.join(" ")}' ended with ${code}`);
      if (!wanted.test(out)) throw new Error(`'${args.join(" ")}' did not print what matches ${wanted}`);
      return out;
    };
    await run(["--version"], new RegExp(`^anvil-sqlite ${VERSION.replaceAll(".", "\\.")}\\b.*\\nSQLite by .+ 3\\.`));
    const demo = await run(["demo", "-o", folder], /\.sqlite\s*$/);
    const file = demo.trimEnd().split(/\r?\n/).at(-1) ?? "";
    await run(["verify", file], /^Good: /);
    await run(["inspect", file], /^Complete +yes$/m);
    await run(["drill", file], /\S/);
    const schema = `${folder}/anvil.yaml`;
    await Deno.writeTextFile(schema, "db_schema: {people: {title: People, columns: [{name: name, type: string}]}}\n");
    await run(["schema", schema], /CREATE TABLE "people"/);
    await run(["completions", "bash"], /^complete .* anvil-sqlite$/m);
    await run(["man"], /^\.SS backup$/m);
    say("All is well.");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function capture(program: string, args: readonly string[]): Promise<Ended> {
  const { code, stdout } = await new Deno.Command(program, { args: [...args], stdin: "null", stderr: "inherit" })
    .output();
  return { code, out: new TextDecoder().decode(stdout) };
}

if (import.meta.main) {
  const [program, ...first] = Deno.args;
  if (program === undefined) throw new Error("Cannot try a program: give its path");
  // deno-lint-ignore no-console
  await smoke(program, first, (line) => console.log(line));
}
