/** What every command prints with `--json` is as `man --format json-schema` says; errors too. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { Validator } from "../deps.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { serveApp, type ServedApp, TEST_KEY } from "../fixtures/running/served_app.ts";

const SCHEMA = JSON.parse((await runHere(["man", "--format", "json-schema"])).out);

/** Judges a document by the schema of a command, or by that of errors. */
function judge(part: string): (document: unknown) => string {
  const validator = new Validator(SCHEMA.$defs[part], "2020-12", false);
  return (document) => {
    const { valid, errors } = validator.validate(document);
    return valid ? "" : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join("\n");
  };
}

/** Documents on stdout: one, or one a line. */
function documents(out: string): readonly unknown[] {
  try {
    return [JSON.parse(out)];
  } catch {
    return out.trimEnd().split("\n").map((line) => JSON.parse(line));
  }
}

/** A served app that is set up as `shop`, with a key file and a backup, and a second one as `staging`. */
async function prepared(app: ServedApp, staging: ServedApp) {
  const variables = { ANVIL_SQLITE_CONFIG: app.dir.file("config"), HOME: app.dir.path };
  const key = app.dir.file("uplink.key");
  await Deno.writeTextFile(key, TEST_KEY, { mode: 0o600 });
  for (const [name, { server }] of [["shop", app], ["staging", staging]] as const) {
    const flags = ["--url", server.url, "--key-file", key, "--no-backup", "--no-schedule", "--yes"];
    assert.equal((await runHere(["setup", name, ...flags], { variables })).code, 0);
  }
  for (const file of ["one.sqlite", "two.sqlite"]) {
    const { code, err } = await runHere(["backup", "shop", "-q", "-o", app.dir.file(file)], { variables });
    assert.equal(code, 0, err);
  }
  return variables;
}

/** For each command with `--json`: command lines that show all it can print. */
function runs(dir: ServedApp["dir"]): Readonly<Record<string, readonly (readonly string[])[]>> {
  const one = dir.file("one.sqlite");
  const two = dir.file("two.sqlite");
  return {
    setup: [["shop", "--yes", "--no-backup"], ["shop", "--yes", "--no-schedule"]],
    backup: [["shop"], ["shop", "--if-older", "20h"], ["--all"]],
    schedule: [["shop"], ["shop", "--write", "--system", "systemd"]],
    restore: [[one, "--to", "staging", "--replace"], [one, "--to", "staging", "--replace", "--apply", "--yes"]],
    copy: [["--from", "shop", "--to", "staging", "--replace"], [
      "--from",
      "shop",
      "--to",
      "staging",
      "--replace",
      "--apply",
      "--yes",
    ]],
    drill: [[one], [one, two]],
    verify: [[one], [one, two, dir.file("bad.sqlite")], ["shop", "--live"]],
    inspect: [[one], [one, two]],
    diff: [[one, two], [one, dir.file("changed.sqlite")]],
    export: [[one, "--format", "csv", "-o", dir.file("exported")]],
    extract: [[one, "-o", dir.file("again.sqlite")]],
    vault: [["add", dir.file("v.vault"), one, two]],
    doctor: [["shop"]],
    tables: [["shop"]],
    snapshots: [["shop"], [dir.path]],
    status: [[], ["shop"]],
    history: [["shop", "--table", "books", "--where", "1"]],
    prune: [["shop", "--keep-last", "1"], ["shop", "--keep-last", "1", "--apply"]],
  };
}

Deno.test("the schema has a part for every command with --json, and nothing else", () => {
  const withJson = COMMANDS.filter(({ description }) => "json" in description.flags).map(({ description }) =>
    description.name
  );
  assert.deepEqual(Object.keys(SCHEMA.$defs).sort(), ["error", ...withJson].sort());
});

Deno.test("what every command prints with --json is as the schema says, line by line", async () => {
  await using app = await serveApp(sampleApp());
  const other = sampleApp();
  await using staging = await serveApp({ ...other, provenance: [["app_id", "STAGING"]] }, { writable: true });
  const variables = await prepared(app, staging);
  await Deno.writeTextFile(app.dir.file("bad.sqlite"), "not a database");
  await Deno.copyFile(app.dir.file("one.sqlite"), app.dir.file("changed.sqlite"));
  const all = runs(app.dir);
  assert.deepEqual(Object.keys(all).sort(), Object.keys(SCHEMA.$defs).filter((name) => name !== "error").sort());
  for (const [command, lines] of Object.entries(all)) {
    const judgeCommand = judge(command);
    const judgeError = judge("error");
    for (const args of lines) {
      const { out, err } = await runHere([command, ...args, "--json"], { variables });
      const printed = documents(out);
      assert.ok(printed.length > 0, `${command} ${args.join(" ")}: ${err}`);
      for (const document of printed) {
        const isError = typeof document === "object" && document !== null && "error" in document;
        const wrong = isError ? judgeError(document) : judgeCommand(document);
        assert.equal(wrong, "", `${command} ${args.join(" ")}: ${JSON.stringify(document).slice(0, 400)}`);
        if (isError) assert.ok(args.includes(app.dir.file("bad.sqlite")), JSON.stringify(document));
      }
    }
  }
});

Deno.test("every command with --json that fails says so in one JSON document, with its exit code", async () => {
  const judgeError = judge("error");
  const wrong: Readonly<Record<string, readonly string[]>> = {
    setup: ["my shop", "--yes"],
    schedule: ["nobody"],
    status: ["--max-age", "soon"],
    vault: ["add", "/nowhere/x.vault", "/nowhere/x.sqlite"],
    diff: ["/nowhere/a.sqlite", "/nowhere/b.sqlite"],
    extract: ["/nowhere/a.sqlite", "-o", "/nowhere/b.sqlite"],
  };
  for (const { description: { name, flags } } of COMMANDS) {
    if (!("json" in flags)) continue;
    const asked = [wrong[name] ?? ["/nowhere/x.sqlite"], ["--no-such-flag"]];
    for (const args of asked) {
      const { code, out, err } = await runHere([name, ...args, "--json"]);
      assert.notEqual(code, 0, `${name}: ${out}`);
      const document = JSON.parse(out);
      assert.equal(judgeError(document), "", out);
      assert.equal(document.error.exit_code, code);
      assert.ok(err.includes(document.error.message), err);
    }
  }
});

Deno.test("an error is JSON only where JSON was asked for", async () => {
  const { out } = await runHere(["backup", "nobody"]);
  assert.equal(out, "");
  const unread = await runHere(["inspect", "--", "--json"]);
  assert.equal(unread.out, "");
});
