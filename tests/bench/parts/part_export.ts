/**
 * What exports cost: a table of the usual kind into every format, and media into files. PostgreSQL is measured where
 * Debian's server is installed.
 */
import { startPostgres } from "../../export/programs/programs.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import type { BenchPlan } from "../plan.ts";
import { runProgram, runScript } from "../processes.ts";
import { heading, measure, type Measurement } from "../report.ts";

/** Rows of the table, and media of 1 MB. */
const SIZES = { long: { rows: 1_000_000, media: 500 }, short: { rows: 100_000, media: 50 } } as const;

/** Endings of the files that are written. */
const FORMATS = ["csv", "jsonl", "parquet", "xlsx", "sqlite", "sql"] as const;

/** Measures it. */
export async function measureExport({ long, runs, folder }: BenchPlan): Promise<readonly Measurement[]> {
  const { rows, media } = SIZES[long ? "long" : "short"];
  heading(`Exports: ${rows.toLocaleString("en-US")} rows of 8 columns, ${media} files of 1 MB`);
  const [table, pictures] = [`${folder}/table.sqlite`, `${folder}/media.sqlite`];
  await runScript("build_app.ts", table, "usual", `${rows}`);
  await runScript("build_app.ts", pictures, "media", `${media}`, "1000000");
  const found: Measurement[] = [];
  const once = async (path: string, ...args: readonly string[]) => {
    const { seconds, cpuSeconds, peakMB } = await runProgram("export", ...args, "--quiet");
    if (path !== "") await Deno.remove(path, { recursive: true });
    return { s: seconds, "s CPU": cpuSeconds, "MB peak": peakMB };
  };
  for (const ending of FORMATS) {
    const path = `${folder}/out.${ending}`;
    found.push(
      await measure("export", `to .${ending}`, runs, async () => {
        const cost = await once(path, table, "-o", path);
        return { "rows/s": rows / cost.s, ...cost };
      }),
    );
  }
  found.push(
    await measure("export", "media to files", runs, async () => {
      const cost = await once(`${folder}/out`, pictures, "-f", "files", "-o", `${folder}/out`);
      return { "MB/s": media / cost.s, ...cost };
    }),
  );
  if (await Deno.stat("/usr/lib/postgresql").then(() => true, () => false)) {
    using dir = tempDir();
    await using server = await startPostgres(dir);
    let databases = 0;
    found.push(
      await measure("export", "to a PostgreSQL server", runs, async () => {
        const name = `bench${databases++}`;
        await server.createDatabase(name);
        const cost = await once("", table, "--to", server.url(name));
        return { "rows/s": rows / cost.s, ...cost };
      }),
    );
  }
  await Promise.all([table, pictures].map((path) => Deno.remove(path)));
  return found;
}
