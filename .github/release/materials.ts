/**
 * Collects what a program is made of: the packages that its module graph reaches, from Deno, `deno.lock` and the packages
 * themselves.
 */
import process from "node:process";
import type { Materials, NpmPackage } from "./sbom.ts";

interface Info {
  readonly modules: readonly { readonly specifier: string }[];
  readonly npmPackages: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly version: string;
        readonly dependencies: readonly string[];
        readonly localPath: string;
      }
    >
  >;
}

/** The materials of the program in a checkout. */
export async function collectMaterials(root: string): Promise<Materials> {
  const info = await moduleInfo(root);
  const { npm } = JSON.parse(await Deno.readTextFile(`${root}/deno.lock`));
  const roots = info.modules.map(({ specifier }) => /^npm:\/?(.+)$/.exec(specifier)?.[1] ?? "").filter((id) =>
    id !== ""
  );
  const packages: NpmPackage[] = [];
  for (const id of reached(info, roots)) {
    const found = info.npmPackages[id];
    if (found === undefined) continue;
    const { name, version, localPath } = found;
    const { license } = JSON.parse(await Deno.readTextFile(`${localPath}/package.json`));
    packages.push({ name, version, license, integrity: npm[id].integrity });
  }
  const { deno = "", sqlite = "" } = process.versions as Readonly<Record<string, string>>;
  return { deno, sqlite, packages };
}

async function moduleInfo(root: string): Promise<Info> {
  const args = ["info", "--json", "--config", `${root}/deno.json`, `${root}/main.ts`];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** These packages and all that they depend on. */
function reached({ npmPackages }: Info, roots: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const dependency of npmPackages[id]?.dependencies ?? []) visit(dependency);
  };
  for (const id of roots) visit(id);
  return [...found].sort();
}
