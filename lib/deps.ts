/**
 * The four packages of JSR that this program uses, named here and nowhere else. Versions are exact, since a program
 * that runs from a URL has no lock file. In a checkout `deno.json` redirects these very specifiers to `lib/builtin/`,
 * which keeps the same interfaces.
 */

/** YAML 1.2 parser for `anvil.yaml`. */
export { parse as parseYaml } from "jsr:@std/yaml@1.2.0/parse";
/** Minimist's argument parser, driven by the table of commands. */
export { parseArgs } from "jsr:@std/cli@1.0.32/parse-args";
/** Hidden prompt for the Uplink key. */
export { promptSecret } from "jsr:@std/cli@1.0.32/prompt-secret";
/** Paths of the local system. */
export { basename, dirname, extname, isAbsolute, join, resolve } from "jsr:@std/path@1.1.6";

/**
 * Loads SQLite. The import is dynamic, because `@db/sqlite` opens its shared library when its module is evaluated, and
 * `--help` needs no database.
 */
export function loadSqlite() {
  return import("jsr:@db/sqlite@0.13.0");
}
