/** Every command, allowed what the guide's line for `deno run` allows and nothing else. */
import assert from "node:assert/strict";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { COMMANDS } from "../../../lib/cli/commands.ts";
import { serveApp, TEST_KEY } from "../../fixtures/running/served_app.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { deno, ROOT } from "../deno.ts";
import { permissionsOfGuide } from "../readme_line.ts";

Deno.test("no command asks for more than the guide's line for deno run allows", async () => {
  await using app = await serveApp(sampleApp(), { writable: true });
  using dir = tempDir();
  await Deno.writeTextFile(dir.file("key"), TEST_KEY, { mode: 0o600 });
  await Deno.writeTextFile(dir.file("anvil.yaml"), "db_schema: {people: {title: People, columns: []}}\n");
  const permissions = await permissionsOfGuide();
  const env = { ANVIL_UPLINK_KEY: TEST_KEY, ANVIL_UPLINK_URL: app.server.url, HOME: dir.path };
  const runs: readonly (readonly string[])[] = [
    ["demo"],
    ["doctor"],
    ["tables"],
    ["backup", "-o", "a.sqlite"],
    ["verify", "a.sqlite"],
    ["verify", "a.sqlite", "--live"],
    ["inspect", "a.sqlite"],
    ["diff", "a.sqlite", "live"],
    ["snapshots", "."],
    ["status", "a.sqlite", "--max-age", "26h"],
    ["history", "a.sqlite", "--table", "books", "--where", "price > 0"],
    ["extract", "a.sqlite", "-o", "b.sqlite"],
    ["export", "a.sqlite", "-o", "a.xlsx"],
    ["prune", ".", "--keep-last", "9"],
    ["vault", "add", "a.vault", "a.sqlite"],
    ["setup", "shop", "--yes", "--to", "shop", "--no-backup", "--no-schedule"],
    ["schedule", "shop"],
    ["browse", "none.sqlite"],
    ["drill", "a.sqlite"],
    ["restore", "a.sqlite", "--replace", "--apply", "--yes"],
    [
      "copy",
      "--from-key-file",
      "key",
      "--to-key-file",
      "key",
      "--from-url",
      app.server.url,
      "--to-url",
      app.server.url,
    ],
    ["schema", "anvil.yaml"],
    ["serve", "none.sqlite"],
    ["completions", "bash"],
    ["man"],
  ];
  assert.deepEqual([...new Set(runs.map(([name]) => name))].sort(), COMMANDS.map((one) => one.description.name).sort());
  for (const args of runs) {
    const options = ["run", "--quiet", "--no-check", "--no-prompt", "--config", `${ROOT}/deno.json`, ...permissions];
    const { code, out, err } = await deno([...options, `${ROOT}/main.ts`, ...args], { cwd: dir.path, env });
    assert.doesNotMatch(err, /Requires|NotCapable/, args.join(" "));
    if (args[0] === "doctor") assert.match(out, / free in /);
    // An app is not copied onto itself, and there is nothing to serve.
    if (args[0] === "copy") assert.match(err, /^error: Both ends of the copy are one app/m);
    else if (args[0] === "serve" || args[0] === "browse") assert.equal(code, 20, err);
    else assert.equal(code, 0, `${args.join(" ")}\n${err}`);
  }
});
