/**
 * Stands in for `jsr:@db/sqlite` where its library does not load: it opens what `DENO_SQLITE_PATH` names when it is
 * evaluated, and fails in that package's words.
 */
try {
  Deno.dlopen(Deno.env.get("DENO_SQLITE_PATH") ?? "", { sqlite3_initialize: { parameters: [], result: "i32" } });
} catch (cause) {
  if (cause instanceof Deno.errors.PermissionDenied) throw cause;
  throw new Error("Failed to load SQLite3 Dynamic Library", { cause });
}
throw new Error("This stand-in is for libraries that do not load");
