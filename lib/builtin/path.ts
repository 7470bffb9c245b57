/**
 * The part of `jsr:@std/path` that this program uses, over Deno's own `node:path`. It handles only paths of the system
 * it runs on; callers handle URLs.
 */
export { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
