/**
 * Which packages of JSR and npm a program's modules come from, as Deno resolves them. It reads nothing else.
 */

/** A package of a registry, at one version. */
export interface PackageVersion {
  readonly registry: "jsr" | "npm";
  /** With its scope. */
  readonly name: string;
  readonly version: string;
  /** Folder where Deno keeps a package of npm. */
  readonly localPath?: string;
}

/** The part of what `deno info --json` says that is read here. */
interface Info {
  readonly modules: readonly { readonly specifier: string; readonly error?: string }[];
  readonly npmPackages?: Readonly<Record<string, NpmPackage>>;
}

interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath?: string;
}

/** A module of JSR: its host, then scope, name and version. */
const JSR_MODULE = /^https?:\/\/[^/]+\/(@[\w-]+\/[\w-]+)\/(\d+\.\d+\.\d+[\w.+-]*)\//;

/**
 * The packages of a program, sorted by name.
 * @param options of Deno, which say how packages are resolved
 * @param env variables for Deno
 * @throws {Error} when a module cannot be had
 */
export async function listPackages(
  options: readonly string[],
  main: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly PackageVersion[]> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", ...options, main],
    env,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Deno cannot resolve the modules of ${main}`);
  return packagesOf(JSON.parse(new TextDecoder().decode(stdout)));
}

function packagesOf({ modules, npmPackages = {} }: Info): readonly PackageVersion[] {
  const broken = modules.find(({ error }) => error !== undefined);
  if (broken !== undefined) throw new Error(`Cannot have ${broken.specifier}: ${broken.error}`);
  const found = new Map<string, PackageVersion>();
  const visit = (id: string) => {
    const one = npmPackages[id];
    if (one === undefined || found.has(`npm:${id}`)) return;
    const { name, version, dependencies, localPath } = one;
    found.set(`npm:${id}`, { registry: "npm", name, version, ...(localPath === undefined ? {} : { localPath }) });
    for (const dependency of dependencies) visit(dependency);
  };
  for (const { specifier } of modules) {
    const [, name, version = ""] = JSR_MODULE.exec(specifier) ?? [];
    if (name !== undefined) found.set(`jsr:${name}@${version}`, { registry: "jsr", name, version });
    visit(/^npm:\/?(.+)$/.exec(specifier)?.[1] ?? "");
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
