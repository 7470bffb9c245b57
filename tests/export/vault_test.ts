/** `export` of a snapshot of a vault: the same as of the file that the vault took in. */
import assert from "node:assert/strict";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { takeInFile } from "../fixtures/vault/vault_fixture.ts";

Deno.test("each snapshot of a vault is exported as its file would be, media included", async () => {
  using dir = tempDir();
  const app = sampleApp();
  for (const night of [1, 2]) {
    const time: readonly (readonly [string, string])[] = [
      ["backup_start", `2026-11-0${night}T02:00:00.000Z`],
      ["backup_end", `2026-11-0${night}T02:00:09.000Z`],
      ["complete", "yes"],
    ];
    await buildArchive(dir.file(`${night}.sqlite`), {
      ...app,
      provenance: [...app.provenance, ...time],
      rows: new Map([...app.rows].map(([name, rows]) => [name, name === "books" ? rows.slice(night - 1) : rows])),
    });
  }
  for (const night of ["1", "2"]) await takeInFile(dir.file("app.vault"), dir.file(`${night}.sqlite`));
  for (const night of ["1", "2"]) {
    for (const format of ["csv", "jsonl", "files"]) {
      const [fromFile, fromVault] = [dir.file(`file-${format}-${night}`), dir.file(`vault-${format}-${night}`)];
      const args = ["--format", format, "--quiet", "--check", "-o"];
      assert.equal((await runHere(["export", dir.file(`${night}.sqlite`), ...args, fromFile])).code, 0);
      const { code, err } = await runHere(["export", dir.file(`app.vault@#${night}`), ...args, fromVault]);
      assert.equal(code, 0, err);
      const sums = (path: string) =>
        Deno.readTextFileSync(`${path}/SHA256SUMS`).split("\n").filter((line) => !line.endsWith("export.json")).sort();
      assert.deepEqual(sums(fromVault), sums(fromFile));
    }
  }
});
