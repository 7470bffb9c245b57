/**
 * Collects what a program is made of: the packages that its module graph reaches, with what npm and `deno.lock` say of
 * them, Deno, and SQLite.
 */
import process from "node:process";
import { LIBRARY_VERSION } from "./sqlite_library.ts";
import type { PackageVersion } from "./package_list.ts";
import type { Materials, Package } from "./sbom.ts";
import type { Flavour } from "./targets.ts";

/**
 * The materials of a program.
 * @param root the checkout, whose lock file knows the packages of npm
 */
export async function collectMaterials(
  root: string,
  flavour: Flavour,
  packages: readonly PackageVersion[],
): Promise<Materials> {
  const { npm } = JSON.parse(await Deno.readTextFile(`${root}/deno.lock`));
  const { deno = "", sqlite = "" } = process.versions as Readonly<Record<string, string>>;
  return {
    flavour,
    deno,
    sqlite: flavour === "anvil-sqlite"
      ? { version: sqlite, place: "Inside Deno" }
      : { version: LIBRARY_VERSION, place: "A shared library inside the program, loaded by @db/sqlite" },
    packages: await Promise.all(packages.map((one) => described(one, npm))),
  };
}

async function described(
  { registry, name, version, localPath }: PackageVersion,
  npm: Readonly<Record<string, { readonly integrity: string } | undefined>>,
): Promise<Package> {
  if (registry === "jsr" || localPath === undefined) return { registry, name, version };
  const { license } = JSON.parse(await Deno.readTextFile(`${localPath}/package.json`));
  const integrity = npm[`${name}@${version}`]?.integrity;
  return { registry, name, version, license, ...(integrity === undefined ? {} : { integrity }) };
}
