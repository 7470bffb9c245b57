/**
 * Patterns such as `backups/*.sqlite`, for shells that do not expand them: `*`, `?` and `[…]`, in the last part of the
 * path only. A path that exists is never a pattern.
 */
import { basename, dirname } from "../deps.ts";
import { filesIn } from "./folder.ts";

/** Whether a text could be a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(basename(text));
}

/**
 * Paths that match a pattern, in the order of their names. A name that begins with a dot matches only if the pattern
 * does.
 */
export async function expandPattern(pattern: string): Promise<readonly string[]> {
  const wanted = patternOf(basename(pattern));
  const folder = dirname(pattern);
  const isFolder = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  if (!isFolder) return [];
  const isHere = folder === "." && !/^\.[/\\]/.test(pattern);
  return (await filesIn(folder)).filter((path) => wanted.test(basename(path)))
    .map((path) => isHere ? basename(path) : path);
}

function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/\[([!^]?)([^\]]+)\]|[^]/gu, (part, not?: string, set?: string) => {
    if (set !== undefined) return setSource(not !== "", set) ?? literal(part);
    return part === "*" ? ".*" : part === "?" ? "." : literal(part);
  });
  return new RegExp(`^${pattern.startsWith(".") ? "" : "(?!\\.)"}${source}$`, "su");
}

/** Null for a range in the wrong order. */
function setSource(isNegated: boolean, set: string): string | null {
  const source = `[${isNegated ? "^" : ""}${set.replace(/[\\\]^[]/g, "\\$&")}]`;
  try {
    new RegExp(source, "u");
    return source;
  } catch {
    return null;
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
