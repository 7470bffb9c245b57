/**
 * Compares two nights of a table, 1 % of its rows changed, and a night with itself, as `diff` does once the program has started:
 * `diff_nights.ts FOLDER ROWS`. The files stay in the folder.
 */
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { compareArchives } from "../../../lib/diff/archives/compare_archives.ts";
import { ChangedNights } from "../changed_nights.ts";

/** What comparing costs, in milliseconds. */
export interface DiffCost {
  readonly differentMs: number;
  readonly equalMs: number;
  /** Rows that differ. */
  readonly found: number;
}

const [folder = ".", rowCount = "0"] = Deno.args;

async function compared(one: string, other: string): Promise<readonly [ms: number, found: number]> {
  const began = performance.now();
  using a = await openArchive(`${folder}/${one}`);
  using b = await openArchive(`${folder}/${other}`);
  let found = 0;
  for (const { kind } of compareArchives(a, b, { media: true, trustDigests: true, tables: [], returned: [] })) {
    if (kind === "row") found++;
  }
  return [performance.now() - began, found];
}

{
  const books = new ChangedNights(Number(rowCount));
  await books.build(`${folder}/night.sqlite`, 0);
  await books.build(`${folder}/same.sqlite`, 1);
  books.change(2);
  await books.build(`${folder}/next.sqlite`, 2);
  const [equalMs] = await compared("night.sqlite", "same.sqlite");
  const [differentMs, found] = await compared("night.sqlite", "next.sqlite");
  console.log(JSON.stringify({ differentMs, equalMs, found } satisfies DiffCost));
}
