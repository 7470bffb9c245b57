/**
 * Sums functions up by folder: each folder of `lib` for the files right in it, and each that has folders of its own once
 * more with all that is under it. Pure arithmetic and text.
 */
import type { CountedFile } from "./lcov.ts";

/** Of a folder's functions, in percent, so many are to be called by tests. */
export const WANTED_PERCENT = 95;

/** A folder and its functions. */
export interface FolderSum {
  /** Such as `lib/archive`, or `lib/archive/**` with everything under it. */
  readonly name: string;
  readonly reached: number;
  readonly all: number;
  /** Functions that nothing calls, as `file.ts:LINE name`. */
  readonly missed: readonly string[];
}

/** The sums of all folders that hold functions, sorted by name. */
export function sumFolders(files: readonly CountedFile[]): readonly FolderSum[] {
  const sums = new Map<string, { reached: number; all: number; missed: string[] }>();
  const add = (name: string, file: CountedFile) => {
    const sum = sums.get(name) ?? { reached: 0, all: 0, missed: [] };
    sums.set(name, sum);
    for (const { name: called, line, calls } of file.functions) {
      sum.all++;
      if (calls > 0) sum.reached++;
      else sum.missed.push(`${file.path}:${line} ${called}`);
    }
  };
  for (const file of files.filter(({ functions }) => functions.length > 0)) {
    const folders = file.path.split("/").slice(0, -1);
    add(folders.join("/"), file);
    if (folders.length > 1) add(`${folders.slice(0, 2).join("/")}/**`, file);
  }
  // A folder without folders of its own is not named twice.
  const isTwice = ([name]: readonly [string, unknown]) =>
    name.endsWith("/**") && ![...sums.keys()].some((other) => other !== name && other.startsWith(name.slice(0, -2)));
  return [...sums].filter((entry) => !isTwice(entry)).map(([name, sum]) => ({ name, ...sum }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Functions reached, in percent. */
export function percentOf({ reached, all }: FolderSum): number {
  return all === 0 ? 100 : 100 * reached / all;
}

/** Whether enough of a folder is reached. */
export function isEnough(sum: FolderSum): boolean {
  return percentOf(sum) >= WANTED_PERCENT;
}

/** A line for each folder; below a folder's own files it lists what is missed, where that is too much. */
export function coverageText(sums: readonly FolderSum[]): string {
  const width = Math.max(...sums.map(({ name }) => name.length));
  return sums.map((sum) => {
    const { name, reached, all, missed } = sum;
    const figures = `${String(reached).padStart(5)} of ${String(all).padStart(5)}`;
    const line = `${name.padEnd(width)} ${figures} ${percentOf(sum).toFixed(1).padStart(6)} %\n`;
    if (isEnough(sum) || name.endsWith("/**")) return line;
    return `${line}${missed.map((one) => `    not reached: ${one}\n`).join("")}`;
  }).join("");
}
