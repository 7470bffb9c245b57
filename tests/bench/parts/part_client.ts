/**
 * The client alone, against a server that only replays; beside it the floor, in the same run, and added latency.
 */
import type { BackupCost } from "../scripts/backup_client.ts";
import { heading, measure, type Measurement } from "../report.ts";
import type { FloorCost } from "../scripts/floor.ts";
import type { PaceName } from "../../../lib/backup/copy/pace.ts";
import type { BenchPlan } from "../plan.ts";
import { fresh, runScript, startScript } from "../processes.ts";

/** Bytes of a row on the wire, for MB/s. */
const ROW_BYTES = 583;
const LATENCY_MS = 50;

/** Measures it. */
export async function measureClient({ long, runs, folder, pace }: BenchPlan): Promise<readonly Measurement[]> {
  const sizes = long ? [10_000, 100_000, 1_000_000, 5_000_000] : [10_000, 100_000];
  const compared = long ? 1_000_000 : 100_000;
  const found: Measurement[] = [];
  heading(`Floor: ${compared} rows of 8 columns into the same schema, from memory`);
  found.push(
    await measure("client", `inserted by node:sqlite, ${compared} rows`, runs, async () => {
      const { seconds, cpuSeconds } = await fresh(
        folder,
        (path) => runScript<FloorCost>("floor.ts", `${compared}`, path),
      );
      return { "rows/s": compared / seconds, "µs CPU/row": cpuSeconds / compared * 1e6 };
    }),
    await measure(
      "client",
      `inserted by the sqlite3 shell, ${compared} rows`,
      runs,
      () => shellFloor(folder, compared),
    ),
  );
  heading("Client alone: a backup from a server that replays pages");
  for (const rows of sizes) {
    await using server = await startScript("replay_server.ts", `${rows}`);
    found.push(await measure("client", `${rows} rows`, runs, () => backUp(server.url, folder, rows, pace)));
  }
  heading("The same with latency added to every round trip");
  await using server = await startScript("replay_server.ts", `${compared}`);
  await using far = await startScript("delay_proxy.ts", server.url, `${LATENCY_MS}`);
  found.push(
    await measure("client", `${compared} rows, 0 ms`, runs, () => backUp(server.url, folder, compared, pace)),
    await measure("client", `${compared} rows, ${LATENCY_MS} ms`, runs, () => backUp(far.url, folder, compared, pace)),
  );
  return found;
}

async function backUp(url: string, folder: string, rows: number, pace: PaceName) {
  const cost = await fresh(folder, (path) => runScript<BackupCost>("backup_client.ts", url, "key", path, pace));
  if (cost.rows !== rows) throw new Error(`${cost.rows} rows came of ${rows}`);
  return {
    "rows/s": rows / cost.seconds,
    "µs CPU/row": cost.cpuSeconds / rows * 1e6,
    "MB/s": rows * ROW_BYTES / cost.seconds / 1e6,
    "MB peak": cost.peakMB,
  };
}

/** Inserts the floor's rows by the `sqlite3` program: they are dumped first, and the dump is what it reads. */
async function shellFloor(folder: string, rows: number) {
  return await fresh(folder, async (path) => {
    await runScript<FloorCost>("floor.ts", `${rows}`, path);
    const dump = `${path}.sql`;
    const pragmas = "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF;";
    await shell(`{ echo '${pragmas}'; sqlite3 '${path}' .dump; } > '${dump}'`);
    const began = performance.now();
    const cpu = await shell(`sqlite3 '${path}.again' < '${dump}' > /dev/null`);
    const seconds = (performance.now() - began) / 1_000;
    await Deno.remove(dump);
    await Deno.remove(`${path}.again`);
    return { "rows/s": rows / seconds, "µs CPU/row": cpu / rows * 1e6 };
  });
}

/** Runs a line of bash and gives the CPU seconds that it took. */
async function shell(line: string): Promise<number> {
  const command = new Deno.Command("bash", { args: ["-c", `TIMEFORMAT='%U %S'; time { ${line}; }`], stdin: "null" });
  const { success, stderr } = await command.output();
  const text = new TextDecoder().decode(stderr).trim();
  if (!success) throw new Error(text);
  const [user = NaN, system = NaN] = (text.split("\n").at(-1) ?? "").split(" ").map(Number);
  return user + system;
}
