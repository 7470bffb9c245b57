/**
 * Puts commit, date and packages into a build: writes a module beside the output that takes the place of
 * `lib/build_info.ts`, and the import map that says so. No source file is changed.
 */
import { listPackages, type PackageVersion } from "./package_list.ts";

/** Where a build's own files go. */
export const STAMP_FOLDER = "dist/build";

/** A build's commit and its day, as git tells them. */
export interface Stamp {
  readonly commit: string;
  readonly date: string;
}

/** The commit of the folder; null when it is not a git repository. */
export async function readStamp(root: string): Promise<Stamp | null> {
  const commit = await git(root, "describe", "--always", "--exclude=*", "--dirty", "--abbrev=10");
  const date = await git(root, "log", "-1", "--format=%cs");
  return commit === null || date === null ? null : { commit, date };
}

async function git(root: string, ...args: readonly string[]): Promise<string | null> {
  const { success, stdout } = await new Deno.Command("git", { args: ["-C", root, ...args], stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

/** Where a build's packages come from. */
export const SOURCES = [
  /** All from `lib/builtin`, as in a checkout: JSR is not needed. */
  "redirected",
  /** The owner's packages from JSR, but SQLite as Deno has it. */
  "published",
  /** All from JSR, `@db/sqlite` too. */
  "published-ffi",
] as const;
/** One of {@link SOURCES}. */
export type Source = typeof SOURCES[number];

/** How Deno is told of a build. */
export interface StampOptions {
  /** Options of every subcommand that builds. */
  readonly options: readonly string[];
  /** What is inside besides the program and Deno. */
  readonly packages: readonly PackageVersion[];
}

/**
 * Writes the stamp and the import map of a build into {@link STAMP_FOLDER}.
 * @param env variables for Deno, such as the registry that it asks
 * @param library name of the shared library in that folder, for `published-ffi`
 */
export async function writeStamp(
  root: string,
  source: Source,
  stamp: Stamp | null,
  env: Readonly<Record<string, string>> = {},
  library?: string,
): Promise<StampOptions> {
  const folder = `${root}/${STAMP_FOLDER}`;
  await Deno.mkdir(folder, { recursive: true });
  const map = `${folder}/import_map.json`;
  const imports = { ...await redirects(root, source), "../../lib/build_info.ts": "./build_info.ts" };
  await Deno.writeTextFile(map, `${JSON.stringify({ imports }, null, 2)}\n`);
  // Without the configuration there is no other redirect; JSR's packages are in no lock file of a checkout.
  const options = source === "redirected"
    ? ["--config", `${root}/deno.json`, "--frozen", "--import-map", map]
    : ["--no-config", "--no-lock", "--import-map", map];
  const write = (inside: readonly PackageVersion[]) => {
    const names = inside.map(({ name, version }) => `${name} ${version}`);
    return Deno.writeTextFile(`${folder}/build_info.ts`, stampModule(stamp, names, library));
  };
  await write([]);
  const packages = await listPackages(options, `${root}/main.ts`, env);
  await write(packages);
  return { options, packages };
}

/** What the import map leads to `lib/builtin`. */
async function redirects(root: string, source: Source): Promise<Readonly<Record<string, string>>> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const kept = Object.entries<string>(imports).filter(([name]) =>
    source === "redirected" || (source === "published" && name.startsWith("jsr:@db/sqlite@"))
  );
  // Relative, because inside a compiled program the files lie elsewhere than here.
  return Object.fromEntries(kept.map(([name, target]) => [name, target.replace("./", "../../")]));
}

/** With a library, its path must be known before `@db/sqlite` is evaluated; this module is, since main.ts imports it. */
function stampModule(stamp: Stamp | null, packages: readonly string[], library: string | undefined): string {
  const path = `import.meta.dirname + ${JSON.stringify(`/${library}`)}`;
  const build = stamp === null ? null : { ...stamp, packages };
  return `/** Written by .github/release/stamp.ts. */
${library === undefined ? "" : `Deno.env.set("DENO_SQLITE_PATH", ${path});\n`}\
export const BUILD: {
  readonly commit: string;
  readonly date: string;
  readonly packages: readonly string[];
} | null = ${JSON.stringify(build)};
`;
}
