/** Exports that are killed, or whose disk is full: nothing that looks whole is ever left. Real processes. */
import assert from "node:assert/strict";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";

const MAIN = import.meta.resolve("../../main.ts");
const onLinux = { ignore: Deno.build.os !== "linux" };

/** Each format, by what is given for it. */
const OUTPUTS: readonly (readonly string[])[] = [
  ["-f", "files", "-o", "out"],
  ["-f", "csv", "-o", "out"],
  ["-f", "jsonl", "-o", "out"],
  ["-f", "parquet", "-o", "out"],
  ["-o", "out.xlsx"],
  ["-o", "out.sqlite"],
  ["-o", "out.sql"],
];

/** A file may not grow beyond 2 KiB; the write fails as on a disk that is full, with EFBIG. */
const LIMITED = 'trap "" XFSZ; ulimit -f 2; exec "$@"';

function exportIn(dir: TempDir, setup: string, args: readonly string[]): Deno.ChildProcess {
  const program = [Deno.execPath(), "run", "-A", "--quiet", "--no-prompt", MAIN, "export", "app.sqlite", ...args];
  return new Deno.Command("bash", {
    args: ["-c", setup, "bash", ...program],
    cwd: dir.path,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

for (const args of OUTPUTS) {
  Deno.test(`export ${args.join(" ")} when the disk is full: exit 21, and nothing is left`, onLinux, async () => {
    using dir = tempDir();
    await putArchive(dir.file("app.sqlite"), sampleApp());
    const { code, stderr } = await exportIn(dir, LIMITED, args).output();
    assert.equal(code, 21, new TextDecoder().decode(stderr));
    assert.deepEqual(dir.names(), ["app.sqlite"]);
  });
}

Deno.test("an export that is killed leaves a partial name, and the next run says so", onLinux, async () => {
  using dir = tempDir();
  const rows = Array.from({ length: 60_000 }, (_, i) => [`row ${i} `.repeat(20)]);
  await putArchive(dir.file("app.sqlite"), smallApp({ long: { columns: { a: "string" }, rows } }));
  const child = exportIn(dir, 'exec "$@"', ["-f", "csv", "-o", "out", "--quiet"]);
  const ended = child.output();
  while (!isBegun(dir)) await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill("SIGKILL");
  await ended;
  assert.deepEqual(dir.names(), ["app.sqlite", "out.partial"]);
  const { code, err } = await runHere(["export", dir.file("app.sqlite"), "-f", "csv", "-o", dir.file("out")]);
  assert.equal(code, 21);
  assert.match(err, /out\.partial\nhint: .*delete it and start again/);
});

/** Whether something is in the table's file, which is far from whole then. */
function isBegun(dir: TempDir): boolean {
  try {
    return Deno.statSync(dir.file("out.partial/long.csv")).size > 0;
  } catch {
    return false;
  }
}

Deno.test(
  "a reader who leaves early ends an export to standard output, without a word about bugs",
  onLinux,
  async () => {
    using dir = tempDir();
    const rows = Array.from({ length: 60_000 }, (_, i) => [`row ${i} `.repeat(20)]);
    await putArchive(dir.file("app.sqlite"), smallApp({ long: { columns: { a: "string" }, rows } }));
    const { stderr } = await exportIn(dir, '"$@" | head -n 1', ["-f", "csv", "-o", "-", "--quiet"]).output();
    assert.equal(new TextDecoder().decode(stderr), "");
  },
);
