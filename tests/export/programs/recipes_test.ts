/** Every line of `.github/RECIPES.md` about taking data out, run against the demo's file by the programs that it names. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { dirname } from "../../../lib/deps.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { putArchive } from "../../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { PYTHON, startPostgres } from "./programs.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const BLOCK = /^```(sh|python)\n(.*?)^```$/gms;

/** A folder with the demo's file, and the program on the path. */
async function workplace() {
  const dir = tempDir();
  Deno.mkdirSync(dir.file("work"));
  Deno.mkdirSync(dir.file("bin"));
  await putArchive(dir.file("work/app.sqlite"), sampleApp());
  const program = `#!/bin/sh\nexec "${Deno.execPath()}" run -q -A --config "${ROOT}deno.json" "${ROOT}main.ts" "$@"\n`;
  Deno.writeTextFileSync(dir.file("bin/anvil-sqlite"), program, { mode: 0o755 });
  return dir;
}

async function runBlock(dir: TempDir, language: string, text: string, env: Record<string, string>, path: string) {
  const [command, args] = language === "sh" ? ["bash", ["-euo", "pipefail", "-c", text]] : [PYTHON, ["-c", text]];
  const all = { NO_COLOR: "1", ...env, PATH: [dir.file("bin"), path, Deno.env.get("PATH")].join(":") };
  const run = await new Deno.Command(command, { args, cwd: dir.file("work"), env: all, stdin: "null" }).output();
  assert.equal(run.code, 0, `${text}\n${new TextDecoder().decode(run.stderr)}`);
}

Deno.test("every line of RECIPES.md about taking data out does what it says", async () => {
  using dir = await workplace();
  using postgresDir = tempDir();
  await using server = await startPostgres(postgresDir);
  const env = { PGUSER: "postgres", PGHOST: "127.0.0.1", PGPORT: String(server.port) };
  // The other recipes are for tests/recipes.
  const [, recipes = ""] = /^# Recipes: taking data out$([^]*?)(?:^# |$(?![^]))/m.exec(
    Deno.readTextFileSync(`${ROOT}.github/RECIPES.md`),
  ) ?? [];
  const blocks = [...recipes.matchAll(BLOCK)];
  assert.ok(blocks.length > 10);
  for (const [, language = "", text = ""] of blocks) {
    await runBlock(dir, language, text, env, `${dirname(PYTHON)}:${server.programs}`);
  }
});
