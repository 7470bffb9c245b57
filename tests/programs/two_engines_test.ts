/**
 * One app has one digest, whichever engine wrote its file, reads it, serves it or backs it up: Deno's own SQLite, or the
 * stand-in for `@db/sqlite`. Each combination is run as a user runs it.
 */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { PROGRAM_ENGINES, programCommand, type ProgramEngine, runProgram } from "../fixtures/running/program.ts";

async function digestOf(path: string): Promise<string> {
  using archive = await openArchive(path);
  return String(archive.catalogue.provenance.get("digest"));
}

async function succeeds(args: readonly string[], engine: ProgramEngine, env = {}): Promise<void> {
  const { code, out, err } = await runProgram(args, { engine, env });
  assert.equal(code, 0, `${args[0]} on ${engine}: ${out}${err}`);
}

/** Serves a file on one engine while `body` runs with its address and key. */
async function serving(
  path: string,
  engine: ProgramEngine,
  body: (url: string, key: string) => Promise<void>,
): Promise<void> {
  const child = programCommand(["serve", path], { engine }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      out += value ?? "";
      const [, key, url] = /connect\("([^"]+)", url="([^"]+)"\)/.exec(out) ?? [];
      if (key !== undefined && url !== undefined) return await body(url, key);
      assert.ok(!done, `serve on ${engine} printed ${out}`);
    }
  } finally {
    child.kill("SIGTERM");
    await reader.cancel();
    await child.stderr.cancel();
    await child.status;
  }
}

const [OWN, OTHER] = PROGRAM_ENGINES;

for (const [maker, reader] of [[OWN, OTHER], [OTHER, OWN]] as const) {
  Deno.test(`a file that demo makes on ${maker} is verified, drilled and served on ${reader}, and both back it up to its digest`, async () => {
    using dir = tempDir();
    const path = dir.file("demo.sqlite");
    await succeeds(["demo", "-o", path], maker);
    const digest = await digestOf(path);
    assert.match(digest, /^[0-9a-f]{64}$/);
    await Promise.all(["verify", "drill"].map((command) => succeeds([command, "--quiet", path], reader)));
    await serving(path, reader, async (url, key) => {
      await Promise.all(PROGRAM_ENGINES.map(async (engine, i) => {
        const again = dir.file(`again-${i}.sqlite`);
        await succeeds(["backup", "--url", url, "-o", again], engine, { ANVIL_UPLINK_KEY: key });
        assert.equal(await digestOf(again), digest, `backed up on ${engine}`);
      }));
    });
  });
}
