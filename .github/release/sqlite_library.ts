/**
 * The shared library that `@db/sqlite` loads: one at hand (`DENO_SQLITE_PATH`, the package's own variable), or the one
 * that the package's authors release for this system.
 */

/** Release of `@db/sqlite` whose library is fetched; `lib/deps.ts` asks for the same minor version. */
export const LIBRARY_VERSION = "0.13.0";

const RELEASES = "https://github.com/denodrivers/sqlite3/releases/download";

/** Name of the library of a system, as the package's releases call it. */
export function libraryName(os: typeof Deno.build.os, arch: typeof Deno.build.arch): string {
  const suffix = arch === "aarch64" ? "_aarch64" : "";
  switch (os) {
    case "windows":
      return `sqlite3${suffix}.dll`;
    case "darwin":
      return `libsqlite3${suffix}.dylib`;
    default:
      return `libsqlite3${suffix}.so`;
  }
}

/** Puts the library into a folder and gives its name there. */
export async function provideLibrary(folder: string): Promise<string> {
  const name = libraryName(Deno.build.os, Deno.build.arch);
  const given = Deno.env.get("DENO_SQLITE_PATH");
  await Deno.mkdir(folder, { recursive: true });
  if (given !== undefined && given !== "") {
    await Deno.copyFile(given, `${folder}/${name}`);
    return name;
  }
  const url = `${RELEASES}/${LIBRARY_VERSION}/${name}`;
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`Cannot fetch ${url}: ${answer.status}. Set DENO_SQLITE_PATH to a library instead.`);
  await Deno.writeFile(`${folder}/${name}`, await answer.bytes());
  return name;
}
