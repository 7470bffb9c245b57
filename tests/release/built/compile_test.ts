/**
 * What goes into a compiled program. None can be booted where Deno's runtime cannot be downloaded, but with `DENORT_BIN`
 * set to Deno itself `deno compile` runs to its end: what it embeds, and with what permissions, stands in the result.
 */
import assert from "node:assert/strict";
import { buildArguments, configure } from "../../../.github/release/build.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { deno, ROOT } from "../deno.ts";

/** The record that `deno compile` writes beside the modules; it is the only JSON text in there that begins like this. */
function embeddedRecord(bytes: Uint8Array) {
  const text = new TextDecoder("latin1").decode(bytes);
  const start = text.lastIndexOf('{"argv":[');
  assert.ok(start > 0);
  let depth = 0;
  for (let end = start; end < text.length; end++) {
    if (text[end] === '"') end = text.indexOf('"', end + 1 + skipEscapes(text, end + 1));
    else if (text[end] === "{") depth++;
    else if (text[end] === "}" && --depth === 0) return JSON.parse(text.slice(start, end + 1));
  }
  throw new Error("The record has no end");
}

/** Characters of a JSON string up to after its last escape. */
function skipEscapes(text: string, from: number): number {
  return /^(?:[^"\\]*\\.)*/s.exec(text.slice(from, from + 100_000))?.[0].length ?? 0;
}

Deno.test("deno task compile embeds that graph and no test's package, with narrow permissions and its stamp", async () => {
  using dir = tempDir();
  const output = dir.file("anvil-sqlite");
  const args = buildArguments("binary", await configure("binary"), output);
  const { code, err } = await deno(args, { env: { DENORT_BIN: Deno.execPath() } });
  assert.equal(code, 0, err);

  const listed = [...err.matchAll(/^[│ ]*[├└][─┬]+ (\S+) \(/gm)].map(([, name = ""]) => name);
  assert.deepEqual(listed.filter((name) => /^[a-z-]+\/\d/.test(name)), [
    "argparse/3.0.4/*",
    "client-zip/2.5.1/*",
    "fflate/0.8.3/*",
    "hono/4.13.19/*",
    "hyparquet/1.31.5/*",
    "hyparquet-writer/0.17.0/*",
    "js-yaml/5.5.0/*",
    "postgres/3.4.7/*",
  ]);
  assert.ok(listed.includes("dist/build/build_info.ts"));
  for (const name of ["tests", "build_info.ts", ".github", "fast-check", "deno.json"]) {
    assert.deepEqual(listed.filter((one) => one === name || one.startsWith(`${name}/`)), [], name);
  }

  const record = embeddedRecord(await Deno.readFile(output));
  assert.equal(record.code_cache_key ?? null, null);
  const { permissions: { prompt, ...lists }, entrypoint_key, workspace_resolver: { import_map, jsr_pkgs } } = record;
  const granted = Object.entries(lists).filter(([, value]) => value !== null && value !== undefined)
    .filter(([name]) => name !== "allow_import");
  // An empty list of what is allowed means everything, and of what is denied too.
  assert.deepEqual(Object.fromEntries(granted), {
    allow_env: [
      "ANVIL_UPLINK_KEY",
      "ANVIL_UPLINK_URL",
      "ANVIL_SQLITE_CONFIG",
      "HOME",
      "XDG_CONFIG_HOME",
      "APPDATA",
      "USERPROFILE",
      "TERM",
      "COLUMNS",
    ],
    allow_net: [],
    allow_read: [],
    allow_sys: ["statfs"],
    allow_write: [],
    deny_import: [],
  });
  assert.deepEqual([prompt, entrypoint_key, jsr_pkgs], [false, "main.ts", []]);
  // Inside a program the files lie under another folder, so no path in the map may be of this machine.
  assert.doesNotMatch(import_map.json, /file:/);
  assert.ok(!import_map.json.includes(ROOT));
});
