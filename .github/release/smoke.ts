/**
 * Tries a program on the system that it was built for: everything that needs no account, from `--version` to a restore
 * drill. `smoke.ts PROGRAM...`: further words go before the arguments. `--released` in front wants the packages of JSR to
 * be inside, at the versions that `lib/deps.ts` names, and `@db/sqlite` in the flavour that has it.
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
export async function smoke(
  program: string,
  first: readonly string[],
  say: (line: string) => void,
  released = false,
): Promise<void> {
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
    const version = await run(
      ["--version"],
      new RegExp(`^anvil-sqlite ${VERSION.replaceAll(".", "\\.")}\\b.*\\nSQLite by .+ 3\\.`),
    );
    if (released) await assertReleased(version, /-ffi(\.exe)?$/.test(program));
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

/** @throws {Error} unless `--version` names commit, engine and packages of a released program */
export async function assertReleased(version: string, ffi: boolean): Promise<void> {
  const deps = await Deno.readTextFile(new URL("../../lib/deps.ts", import.meta.url));
  const named = [...deps.matchAll(/"jsr:(@[\w-]+\/[\w-]+)@([\d.]+)/g)].map(([, name, number]) => `${name} ${number}`);
  const inside = /^Packages: (.*)$/m.exec(version)?.[1]?.split(", ") ?? [];
  const wanted = [...new Set(named)].filter((one) => ffi || !one.startsWith("@db/sqlite "));
  const problems = [
    ...wanted.filter((one) => !inside.includes(one)).map((one) => `${one} is not inside`),
    ...(ffi === inside.some((one) => one.startsWith("@db/sqlite ")) ? [] : ["it is the other flavour"]),
    ...(version.includes(`SQLite by ${ffi ? "@db/sqlite" : "node:sqlite"} `) ? [] : ["it has the other engine"]),
    ...(/^anvil-sqlite \S+ \([0-9a-f]{7,40}, \d{4}-\d\d-\d\d\)$/m.test(version) ? [] : ["it names no clean commit"]),
  ];
  if (problems.length > 0) throw new Error(`'--version' does not say what is to be released: ${problems.join("; ")}`);
}

async function capture(program: string, args: readonly string[]): Promise<Ended> {
  const { code, stdout } = await new Deno.Command(program, { args: [...args], stdin: "null", stderr: "inherit" })
    .output();
  return { code, out: new TextDecoder().decode(stdout) };
}

if (import.meta.main) {
  const released = Deno.args[0] === "--released";
  const [program, ...first] = released ? Deno.args.slice(1) : Deno.args;
  if (program === undefined) throw new Error("Cannot try a program: give its path");
  // deno-lint-ignore no-console
  await smoke(program, first, (line) => console.log(line), released);
}
