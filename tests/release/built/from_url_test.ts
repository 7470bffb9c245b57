/** The program as it is published: from a URL, and as one file; whole runs that may read nothing but the user's own. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { buildArguments, configure } from "../../../.github/release/build.ts";
import { PERMISSIONS } from "../../../.github/release/permissions.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { cacheFolder, deno, ROOT } from "../deno.ts";
import { serveFiles } from "../file_server.ts";

const YAML = `db_schema:
  people:
    title: People
    columns:
    - {name: name, admin_ui: {}, type: string}
`;

/** The user's folder is all that may be read or written. */
function permissions(folder: string): readonly string[] {
  return PERMISSIONS.flatMap((one) => {
    switch (one) {
      case "--allow-net":
        return ["--allow-net=127.0.0.1"];
      case "--allow-read":
      case "--allow-write":
        return [`${one}=${folder}`];
      case "--deny-import":
        return [];
      default:
        return [one];
    }
  });
}

/** Looks at a file in `browse`: pages come from threads of their own, and nothing is read but the file. */
async function assertShows(args: readonly string[], surroundings: Pick<Deno.CommandOptions, "cwd" | "env">) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    ...surroundings,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value: line = "" } = await reader.read();
    const { origin, port, searchParams } = new URL(line.trim());
    const cookie = `anvil-sqlite-${port}=${searchParams.get("token")}`;
    const page = async (path: string) => await (await fetch(origin + path, { headers: { cookie } })).text();
    assert.match(await page("/"), /<strong dir="auto">books<\/strong>/);
    assert.match(await page("/search?q=germinal"), /<mark>Germinal<\/mark>/);
    assert.match(await page("/assets/page.css"), /prefers-color-scheme/);
    assert.match(await page("/files.zip"), /^PK/);
  } finally {
    await reader.cancel();
    child.kill();
    await child.status;
  }
}

/** Formats that packages of npm write. */
const OUTPUTS = ["books.parquet", "books.xlsx"];

/** Runs `demo`, `verify` and `export` of what it left, and `schema`. */
async function assertWorks(dir: TempDir, options: readonly string[], main: string, env: Record<string, string> = {}) {
  // The demo keeps its sample app in a temporary folder.
  const surroundings = { cwd: dir.path, env: { TMPDIR: dir.path, TEMP: dir.path, TMP: dir.path, ...env } };
  const program = (...args: readonly string[]) =>
    deno(["run", "--quiet", ...options, ...permissions(dir.path), main, ...args], surroundings);

  const demo = await program("demo", "-o", dir.path);
  assert.equal(demo.code, 0, demo.err);
  const path = demo.out.trimEnd().split("\n").at(-1) ?? "";
  assert.match(path, /\.sqlite$/);

  const verify = await program("verify", path);
  assert.equal(verify.code, 0, verify.err);
  assert.match(verify.out, /^Good: every table, link and file is as it was copied\.\n/);

  await assertShows(["run", "--quiet", ...options, ...permissions(dir.path), main, "browse", path], surroundings);
  for (const output of OUTPUTS) {
    const { code, err } = await program("export", path, "--quiet", "--table", "books", "-o", output);
    assert.deepEqual([code, err], [0, ""]);
  }
  // Nothing listens there: that this is found out means that the client of PostgreSQL is inside.
  const server = await program("export", path, "--quiet", "--to", "postgres://me@127.0.0.1:1/none");
  assert.equal(server.code, 10, server.err);

  await Deno.writeTextFile(dir.file("anvil.yaml"), YAML);
  const schema = await program("schema", "anvil.yaml");
  assert.equal(schema.code, 0, schema.err);
  assert.match(schema.out, /CREATE TABLE "people"/);
}

Deno.test("a checkout reads nothing at run time but the user's own files", async () => {
  using dir = tempDir();
  await assertWorks(dir, ["--config", `${ROOT}/deno.json`], `${ROOT}/main.ts`);
});

Deno.test("the bundle runs demo, verify, browse, export and schema from disk, away from everything it was built from", async () => {
  using dir = tempDir();
  using elsewhere = tempDir();
  const bundle = elsewhere.file("anvil-sqlite.js");
  await buildBundle(bundle);
  await assertWorks(dir, ["--no-config", "--no-npm", "--no-remote"], bundle);
});

Deno.test("the bundle runs demo, verify, browse, export and schema from a URL", async () => {
  using dir = tempDir();
  using elsewhere = tempDir();
  const bundle = elsewhere.file("anvil-sqlite.js");
  await buildBundle(bundle);
  await using server = serveFiles(() => Deno.readFile(bundle));
  const options = ["--no-config", "--no-npm", `--allow-import=${server.host}`];
  await assertWorks(dir, options, `${server.url}/anvil-sqlite.js`, await cacheFolder(elsewhere));
});

Deno.test("main.ts runs from a URL, with deno.json given as the import map by URL", async () => {
  using dir = tempDir();
  using elsewhere = tempDir();
  await using server = serveFiles((path) => Deno.readFile(fileURLToPath(new URL(`.${path}`, `file://${ROOT}/`))));
  const options = ["--no-config", "--import-map", `${server.url}/deno.json`, `--allow-import=${server.host}`];
  await assertWorks(dir, options, `${server.url}/main.ts`, await cacheFolder(elsewhere));
});

async function buildBundle(output: string): Promise<void> {
  const { code, err } = await deno(buildArguments("bundle", await configure("bundle"), output));
  assert.equal(code, 0, err);
  assert.doesNotMatch(await Deno.readTextFile(output), /\brequire\(|\bmodule\.exports\b/);
}
