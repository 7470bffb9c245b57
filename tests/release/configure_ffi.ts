/** The build with `@db/sqlite`, set up for tests that cannot download its library. */
import { configure } from "../../.github/release/build.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** Writes the stamp of such a build, of a library that is none. */
export async function configureFfi(): ReturnType<typeof configure> {
  using dir = tempDir();
  const library = dir.file("any.so");
  await Deno.writeTextFile(library, "a library");
  const before = Deno.env.get("DENO_SQLITE_PATH");
  Deno.env.set("DENO_SQLITE_PATH", library);
  try {
    return await configure("binary-ffi");
  } finally {
    if (before === undefined) Deno.env.delete("DENO_SQLITE_PATH");
    else Deno.env.set("DENO_SQLITE_PATH", before);
  }
}
