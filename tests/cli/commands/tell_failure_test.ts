/** `backup NAME --tell-failure`, which a system runs when a scheduled backup could not say itself that it failed. */
import assert from "node:assert/strict";
import { runHere } from "../../fixtures/running/program_here.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

/** A service that is pinged, and what it was asked. */
function service(status = 200) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(null, { status });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/uuid`, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** An app that is pinged there; its server does not answer. */
async function app(config: string, ping: string) {
  await Deno.mkdir(`${config}/apps`, { recursive: true });
  await Deno.writeTextFile(`${config}/apps/shop.yaml`, `url: ws://127.0.0.1:1/_/uplink\nto: ${config}/nights\n${ping}`);
  return { ANVIL_SQLITE_CONFIG: config };
}

Deno.test("backup NAME --tell-failure pings that one failed, and makes no backup: exit 0", async () => {
  using dir = tempDir();
  await using pinged = service();
  const variables = await app(dir.path, `ping: ${pinged.url}\n`);
  const { code, out, err } = await runHere(["backup", "shop", "--tell-failure"], { variables });
  assert.deepEqual([code, out, err], [0, "", ""]);
  assert.deepEqual(pinged.asked, ["/uuid/fail"]);
});

Deno.test("--tell-failure of an app without a URL says so; of nobody: exit 2", async () => {
  using dir = tempDir();
  const variables = await app(dir.path, "");
  const { code, err } = await runHere(["backup", "shop", "--tell-failure"], { variables });
  assert.equal(code, 0);
  assert.match(err, /There is no URL to ping/);
  assert.equal((await runHere(["backup", "--tell-failure"])).code, 2);
});

Deno.test("a backup of an app that fails tells it with its exit code", async () => {
  using dir = tempDir();
  await using pinged = service();
  const variables = { ...await app(dir.path, `ping: ${pinged.url}\n`), ANVIL_UPLINK_KEY: "server_x" };
  const { code } = await runHere(["backup", "shop", "--wait", "0"], { variables });
  assert.equal(code, 10);
  assert.deepEqual(pinged.asked.sort(), ["/uuid/10", "/uuid/start"]);
});
