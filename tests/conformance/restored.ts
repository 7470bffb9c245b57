/**
 * The official Python client before and after a restore: it sees the same values in the app that was backed up and in
 * the app that was restored into. Needs Python 3 with `anvil-uplink`; CONFORMANCE_PYTHON names another interpreter.
 */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { startServer } from "../../lib/serve/server.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";
import { TEST_KEY } from "../fixtures/running/served_app.ts";
import { PYTHON, report, requireClient, scriptPath } from "./python_client.ts";

/** What the client sees. */
async function dump(url: string, names: readonly string[]): Promise<unknown> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: [scriptPath("dump.py"), url, TEST_KEY, ...names],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const text = new TextDecoder().decode(stdout);
  return JSON.parse(text.slice(text.lastIndexOf("\n{") + 1));
}

async function compare(content: ArchiveContent): Promise<number> {
  const names = content.schema.tables.map(({ name }) => name);
  await using app = await restoredApp(content);
  const result = await app.apply({ inOrder: true });
  assert.equal(result.exitCode, 0);
  const original = await startServer({ path: app.path, key: TEST_KEY });
  try {
    assert.deepEqual(await dump(app.server.url, names), await dump(original.url, names));
  } finally {
    await original.close();
  }
  return result.proof.rows;
}

await requireClient();
const apps = [["the sample app", sampleApp()], ["every oddity", oddApp()]] as const;
let failed = 0;
for (const [name, content] of apps) {
  try {
    console.log(`ok     ${name}: the client sees the same ${await compare(content)} rows`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}:`, error);
  }
}
report(apps.length - failed, failed);
