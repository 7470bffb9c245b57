/** A service that watches over backups hears of each, counts only; whatever it does, the backup ends as it would. */
import assert from "node:assert/strict";
import { EXIT } from "../../lib/exit_codes.ts";
import { pinged } from "../../lib/ping/pinged.ts";
import { faultApp, FILES } from "../fixtures/apps/fault_app.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

/** A service that writes down what it hears, and answers as it is told. */
function service(answer: (path: string) => Response | Promise<Response> = () => new Response("OK")) {
  const heard: { readonly path: string; readonly body: string }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    heard.push({ path: pathname + search, body: await request.text() });
    return await answer(pathname);
  });
  return {
    heard,
    url: `http://127.0.0.1:${server.addr.port}/ping/7f3a-secret-4b1c`,
    paths: () => heard.map(({ path }) => path.replace("/ping/7f3a-secret-4b1c", "~")),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("--ping tells the beginning and the success of a backup, with counts and no names", async () => {
  await using app = await serveApp(faultApp());
  await using watcher = service();
  const args = ["backup", "-o", app.dir.file("copy.sqlite"), "--ping", watcher.url];
  const { code, out, err } = await runHere(args, { variables: variablesFor(app.server.url) });
  assert.equal(code, 0, err);
  assert.doesNotMatch(out + err, /secret/);
  assert.deepEqual(watcher.paths(), ["~/start", "~"]);
  assert.equal(watcher.heard[0]?.body, "");
  const body = watcher.heard[1]?.body ?? "";
  assert.match(body, new RegExp(`^exit=0\\ntables=3\\nrows=\\d+\\nmedia=${FILES}\\nbytes=\\d+\\nseconds=\\d+\\n$`));
});

Deno.test("--ping tells the exit code of a backup that is incomplete, or that fails before it begins", async () => {
  await using app = await serveApp(faultApp(), {
    faults: {
      onCall: ({ name, n }) =>
        name === "search.get_length" && n === 1 ? { reply: (text) => text.replace(/\d+/, "99") } : undefined,
    },
  });
  await using watcher = service();
  const variables = variablesFor(app.server.url);
  const file = app.dir.file("copy.sqlite");
  const incomplete = await runHere(["backup", "-o", file, "--ping", watcher.url], { variables });
  assert.equal(incomplete.code, 3, incomplete.err);
  const exists = await runHere(["backup", "-o", file, "--ping", `${watcher.url}/?source=nas`], { variables });
  assert.equal(exists.code, 21, exists.err);
  const noKey = await runHere([
    "backup",
    "-o",
    app.dir.file("none.sqlite"),
    "--ping",
    watcher.url,
    "--key-file",
    app.dir.file("none"),
  ], {
    variables,
  });
  assert.equal(noKey.code, 2, noKey.err);
  assert.deepEqual(watcher.paths(), ["~/start", "~/3", "~/start?source=nas", "~/21?source=nas", "~/start", "~/2"]);
  assert.match(watcher.heard[5]?.body ?? "", /^exit=2\nseconds=\d+\n$/);
});

for (
  const [what, url, reason] of [
    ["that answers 404", null, /its server answered 404/],
    ["that nobody answers", "http://127.0.0.1:1/7f3a-secret-4b1c", /its server was not reached/],
  ] as const
) {
  Deno.test(`a service ${what} fails no backup: a warning without its URL, exit 0`, async () => {
    await using app = await serveApp(faultApp());
    await using watcher = service(() => new Response(null, { status: 404 }));
    const args = ["backup", "--quiet", "-o", app.dir.file("copy.sqlite"), "--ping", url ?? watcher.url];
    const { code, out, err } = await runHere(args, { variables: variablesFor(app.server.url) });
    assert.equal(code, 0, err);
    assert.equal(out.trim(), app.dir.file("copy.sqlite"));
    assert.match(err, /^warning: How this run ended could not be told to the URL of --ping: /);
    assert.match(err, reason);
    assert.doesNotMatch(out + err, /secret/);
    if (url === null) assert.deepEqual(watcher.paths(), ["~/start", "~", "~"], "the end is told twice");
  });
}

Deno.test("a service that never answers delays a run by twelve seconds, and no more", async () => {
  await using clock = new FlowingClock();
  const over = Promise.withResolvers<void>();
  await using watcher = service(() => over.promise.then(() => new Response("late")));
  const said: string[] = [];
  const options = { url: watcher.url, clock, warn: (text: string) => said.push(text), exitCodeOf: () => EXIT.failed };
  let done = 0;
  const result = await pinged(options, () => {
    done = clock.monotonic();
    return Promise.resolve("the result");
  }, () => ({ exitCode: EXIT.done, counts: {} }));
  assert.equal(result, "the result");
  const delay = clock.monotonic() - done;
  assert.ok(delay >= 10_000 && delay <= 13_500, `${delay} ms`);
  assert.deepEqual(said.map((text) => text.replace(/.*: /, "")), ["no answer within 10 s"]);
  over.resolve();
});

Deno.test("the ten seconds that a service has are over in the pause between two tries, too", async () => {
  const clock = new ManualClock();
  await using watcher = service((path) => {
    if (!path.endsWith("/start")) clock.advance(9_500);
    return new Response(null, { status: 503 });
  });
  const said: string[] = [];
  const options = { url: watcher.url, clock, warn: (text: string) => said.push(text), exitCodeOf: () => EXIT.failed };
  const run = pinged(options, () => Promise.resolve("the result"), () => ({ exitCode: EXIT.done, counts: {} }));
  while (!clock.hasPutOff(1_000)) await new Promise((resolve) => setTimeout(resolve, 1));
  clock.advance(500);
  assert.equal(await run, "the result");
  assert.deepEqual(said.map((text) => text.replace(/.*: /, "")), ["no answer within 10 s"]);
  assert.deepEqual(watcher.paths(), ["~/start", "~"], "it is not asked again");
  assert.equal(clock.untilNext, null, "nothing is left to wait for");
});

Deno.test("--ping takes URLs of the web only, and does not repeat another one: exit 2", async () => {
  for (const url of ["7f3a-secret-4b1c", "ftp://example.org/7f3a-secret-4b1c"]) {
    const { code, out, err } = await runHere(["backup", "--ping", url]);
    assert.equal(code, 2, err);
    assert.match(err, /What --ping names is not a URL of the web/);
    assert.doesNotMatch(out + err, /secret/);
  }
});
