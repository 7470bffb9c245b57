/**
 * Brings the tests of every day together in a few parts: Deno gives each file of tests a thread that loads and warms up the
 * whole program anew, which took more than half of the time when there were 240 of them. Each file can be run by itself, too.
 */

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

/** The files that take longest, dealt out by hand, so that each part, which has a file beside this one, takes as long. */
const LONGEST = [
  ["faults/media_faults", "faults/revert_faults"],
  ["faults/full_pool", "restore/run/run_restore", "e2e/restore"],
  ["faults/network_faults", "faults/damaged_partial"],
  ["restore/write/faults", "faults/crafted_catalogue", "faults/server_faults"],
  ["faults/malformed_replies", "faults/lost_database"],
].map((names) => names.map((name) => `${name}_test.ts`));

const TESTS = new URL("../", import.meta.url);

/** Files of tests below a folder, by their paths in `tests`. */
function testFiles(folder: string): readonly string[] {
  if (APART.includes(folder.slice(0, -1))) return [];
  return [...Deno.readDirSync(new URL(folder, TESTS))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(`${folder}${name}/`);
    return name.endsWith("_test.ts") ? [`${folder}${name}`] : [];
  });
}

/**
 * Has the tests of a part registered, counted from 1: its longest files, which mostly wait, and its share of the others, of
 * which each part has more before the longest ones than the part before it, so that not all wait at once.
 */
export async function importPart(part: number): Promise<void> {
  const longest = LONGEST.flat();
  const others = testFiles("").toSorted().filter((file) => !longest.includes(file));
  const share = others.filter((_, i) => i % LONGEST.length === part - 1);
  const before = Math.floor(share.length * (part - 1) / LONGEST.length);
  const files = share.toSpliced(before, 0, ...LONGEST[part - 1] ?? []);
  for (const file of files) await import(new URL(file, TESTS).href);
}
