/** The build with `@db/sqlite`, set up with a library that is not one. */
import { configure } from "../../.github/release/build.ts";
import type { Library } from "../../.github/release/sqlite_library.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const CONTENT = "a library";

/** A pinned library of any content. */
export async function anyLibrary(content = CONTENT): Promise<Library> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return { name: "libany.so", compiledFor: "nothing", sha256: new Uint8Array(hash).toHex() };
}

/** Writes the stamp of such a build, with packages from a registry on this machine. */
export async function configureFfi(env: Readonly<Record<string, string>>): ReturnType<typeof configure> {
  using dir = tempDir();
  const library = await anyLibrary();
  await Deno.writeTextFile(dir.file(library.name), CONTENT);
  return await configure("published-ffi", { library, libraries: dir.path, env });
}
