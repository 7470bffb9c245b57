/**
 * Brings the tests of every day together in a few parts: Deno gives each file of tests a thread that loads and warms up the
 * whole program anew, which took more than half of the time when there were 240 of them. Each file can be run by itself, too.
 */

/** Parts in all, each a file beside this one. */
const PARTS = 12;
/** Folders whose tests have a task of their own. */
const APART = [
  "browser",
  "export/programs",
  "kills",
  "large",
  "parts",
  "programs",
  "property",
  "recipes",
  "release/built",
  "soak",
];

const TESTS = new URL("../", import.meta.url);

/** Files of tests below a folder, by their paths in `tests`. */
function testFiles(folder: string): readonly string[] {
  if (APART.includes(folder.slice(0, -1))) return [];
  return [...Deno.readDirSync(new URL(folder, TESTS))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(`${folder}${name}/`);
    return name.endsWith("_test.ts") ? [`${folder}${name}`] : [];
  });
}

/** Has the tests of a part registered, counted from 1: every twelfth file, so that no part has all that are slow. */
export async function importPart(part: number): Promise<void> {
  const files = testFiles("").toSorted();
  for (let at = part - 1; at < files.length; at += PARTS) await import(new URL(files[at] ?? "", TESTS).href);
}
