/**
 * The official Python client against `serve`, both storage styles, reading and writing: `deno task conformance`.
 * Needs Python 3 with `anvil-uplink` (`pip install anvil-uplink==0.7.0`); CONFORMANCE_PYTHON names another interpreter.
 */
import { startServer } from "../../lib/serve/server.ts";
import { STORAGE_STYLES, type StorageStyle } from "../../lib/serve/app/snapshot.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { writeServedApp } from "../fixtures/files/archive_fixture.ts";
import { PYTHON, report, requireClient, scriptPath } from "./python_client.ts";

const KEY = "server_CONFORMANCE";
/** Seconds that one run of the client may take. */
const LIMIT_S = 120;

/** Runs the client once and gives its counts. */
async function runClient(path: string, storage: StorageStyle, writable: boolean): Promise<readonly [number, number]> {
  const server = await startServer({
    path,
    key: KEY,
    storage,
    writable,
    onProblem: (error, code) => console.log(`server ${code}:`, error),
  });
  try {
    const { stdout, stderr } = await new Deno.Command(PYTHON, {
      args: [scriptPath("client.py"), server.url, KEY, storage, writable ? "write" : "read"],
      signal: AbortSignal.timeout(LIMIT_S * 1_000),
    }).output();
    const text = new TextDecoder().decode(stdout);
    console.log(text.trimEnd());
    const counts = /^(\d+) passed, (\d+) failed$/m.exec(text);
    if (counts !== null) return [Number(counts[1]), Number(counts[2])];
    console.log(new TextDecoder().decode(stderr));
    return [0, 1];
  } finally {
    await server.close();
  }
}

await requireClient();
using folder = tempDir();
const path = folder.file("app.sqlite");
await writeServedApp(path, 250);
const before = await Deno.readFile(path);
let [passed, failed] = [0, 0];
for (const storage of STORAGE_STYLES) {
  for (const writable of [false, true]) {
    const counts = await runClient(path, storage, writable);
    passed += counts[0];
    failed += counts[1];
  }
}
const after = await Deno.readFile(path);
const untouched = before.length === after.length && before.every((byte, i) => byte === after[i]);
console.log(`${untouched ? "ok    " : "FAILED"} the archive itself was never written`);
report(passed + Number(untouched), failed + Number(!untouched));
