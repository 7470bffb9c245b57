/**
 * Puts commit and date into a build: writes a module beside the output that takes the place of `lib/build_info.ts`, and
 * the import map that says so. No source file is changed.
 */

/** Where a build's own files go. */
export const STAMP_FOLDER = "dist/build";

/** A build's commit and its day, as git tells them. */
export interface Stamp {
  readonly commit: string;
  readonly date: string;
}

/** The commit of the folder; null where it is no git repository. */
export async function readStamp(root: string): Promise<Stamp | null> {
  const commit = await git(root, "describe", "--always", "--exclude=*", "--dirty", "--abbrev=10");
  const date = await git(root, "log", "-1", "--format=%cs");
  return commit === null || date === null ? null : { commit, date };
}

async function git(root: string, ...args: readonly string[]): Promise<string | null> {
  const { success, stdout } = await new Deno.Command("git", { args: ["-C", root, ...args], stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

/** Which packages a build is made with. */
export const ENGINES = ["builtin", "ffi"] as const;
/** One of {@link ENGINES}. */
export type EngineKind = typeof ENGINES[number];

/** How Deno is told of a stamp. */
export interface StampOptions {
  /** Options of every subcommand that builds. */
  readonly options: readonly string[];
}

/**
 * Writes the stamp and the import map of a build into {@link STAMP_FOLDER}.
 * @param library name of the shared library in that folder, for `ffi`
 */
export async function writeStamp(
  root: string,
  engine: EngineKind,
  stamp: Stamp | null,
  library?: string,
): Promise<StampOptions> {
  const folder = `${root}/${STAMP_FOLDER}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/build_info.ts`, stampModule(stamp, library));
  const map = `${folder}/import_map.json`;
  const stamped = { "../../lib/build_info.ts": "./build_info.ts" };
  if (engine === "ffi") {
    // The packages themselves, as when the program runs from a URL: no configuration, so no redirect.
    await Deno.writeTextFile(map, json({ imports: stamped }));
    return { options: ["--no-config", "--no-lock", "--import-map", map] };
  }
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  // Relative, because inside a compiled program the files lie elsewhere than here.
  const redirected = Object.entries<string>(imports).map(([name, target]) => [name, target.replace("./", "../../")]);
  await Deno.writeTextFile(map, json({ imports: { ...Object.fromEntries(redirected), ...stamped } }));
  return { options: ["--config", `${root}/deno.json`, "--frozen", "--import-map", map] };
}

/** With a library, its path must be known before `@db/sqlite` is evaluated; this module is, since main.ts imports it. */
function stampModule(stamp: Stamp | null, library: string | undefined): string {
  const path = `import.meta.dirname + ${JSON.stringify(`/${library}`)}`;
  return `/** Written by .github/release/stamp.ts. */
${library === undefined ? "" : `Deno.env.set("DENO_SQLITE_PATH", ${path});\n`}\
export const BUILD: { readonly commit: string; readonly date: string } | null = ${JSON.stringify(stamp)};
`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
