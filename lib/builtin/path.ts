/**
 * The part of `jsr:@std/path` that this program uses, over Deno's own `node:path`.
 * Paths of the system it runs on only; URLs stay with their callers.
 */
export { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
