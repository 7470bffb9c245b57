/**
 * `deno task coverage`: runs the tests of every day and those that are apart, says how many functions of each folder of
 * `lib` they reach, in processes that tests start too, and fails when it is too few anywhere.
 */
import { fileURLToPath } from "node:url";
import { coverageText, isEnough, sumFolders, WANTED_PERCENT } from "./folders.ts";
import { readLcov } from "./lcov.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Where Deno puts what it counted: a file for each module in each thread and process. */
const COUNTS = `${ROOT}dist/coverage`;

/** Those in which a program may not write: what it has counted could not be written either. */
const FULL_DISKS = ["disk_faults", "export_faults", "vault_faults"].map((name) => `tests/programs/${name}_test.ts`);
/** Those that read exports with programs of Python, and reach nothing that others do not. */
const PYTHON = ["recipes", "tables"].map((name) => `tests/export/programs/${name}_test.ts`);
/** Each of these reaches what the others leave: the last one a server of PostgreSQL. */
const TASKS = [
  ["test"],
  ["test:programs", `--ignore=${FULL_DISKS.join(",")}`],
  ["test:large"],
  ["test:export", `--ignore=${PYTHON.join(",")}`],
] as const;

/** Runs Deno to its end, with its output on this one's. */
async function deno(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, env }).spawn().status;
  if (code !== 0) Deno.exit(code);
}

/** A process that a test has killed leaves files behind that are not whole, and no report is made of those. */
function removeBroken(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    try {
      JSON.parse(Deno.readTextFileSync(path));
    } catch {
      Deno.removeSync(path);
    }
  }
}

if (import.meta.main) {
  await Deno.remove(COUNTS, { recursive: true }).catch(() => {});
  await Deno.mkdir(COUNTS, { recursive: true });
  for (const task of TASKS) await deno(["task", ...task, "--coverage-raw-data-only"], { DENO_COVERAGE_DIR: COUNTS });
  removeBroken(COUNTS);
  const report = `${ROOT}dist/coverage.lcov`;
  await deno(["coverage", "--quiet", "--lcov", "--include=/lib/", `--output=${report}`, COUNTS]);
  const files = readLcov(await Deno.readTextFile(report)).map((file) => ({
    ...file,
    path: file.path.replace(ROOT, ""),
  }));
  const sums = sumFolders(files.filter(({ path }) => path.startsWith("lib/")));
  console.log(
    `\nFunctions of lib that are reached by the tasks ${TASKS.map(([name]) => name).join(", ")}:\n\n${
      coverageText(sums)
    }`,
  );
  const few = sums.filter((sum) => !isEnough(sum)).map(({ name }) => name);
  if (sums.length === 0) throw new Error(`No module of lib is named in ${report}`);
  if (few.length > 0) {
    console.log(`Fewer than ${WANTED_PERCENT} % are reached in ${few.join(", ")}.`);
    Deno.exit(1);
  }
}
