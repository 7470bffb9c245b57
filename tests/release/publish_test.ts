/** Publishing, with a stand-in for GitHub's program that keeps releases and a tap as files of a folder. */
import assert from "node:assert/strict";
import { type Ended, hasProgram, run } from "../fixtures/running/run.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { ROOT } from "./deno.ts";

/** As `gh` answers: data on stdout, errors on stderr, and the body of a failed call of the API on stdout too. */
const GH = `#!/usr/bin/env bash
set -eu
echo "$*" >> calls
case "$1 $2" in
  "release view") [ -e draft ] && exec cat draft; echo "release not found" >&2; exit 1 ;;
  "release create") [ ! -e draft ] || { echo "already exists" >&2; exit 1; }; echo true > draft ;;
  "release upload") [ ! -e failing ] || { rm failing; exit 1; }; shift 4; for file in "$@"; do cp "$file" assets/; done ;;
  "release edit") echo false > draft ;;
  "api repos/"*)
    if [ -e down ]; then echo '{"message":"Server Error"}'; echo "gh: Server Error (HTTP 500)" >&2; exit 1; fi
    if [ ! -e formula ]; then echo '{"message":"Not Found","sha":"no sha"}'; echo "gh: Not Found (HTTP 404)" >&2; exit 1; fi
    printf '{"sha":"%s","content":"%s"}\n' "$(sha256sum formula | cut -c 1-40)" "$(base64 -w 60 formula | sed 's/$/\\\\n/' | tr -d '\n')" ;;
  "api --silent")
    for word in "$@"; do case $word in sha=*) sha=\${word#sha=} ;; content=*) content=\${word#content=} ;; esac; done
    if [ -e formula ]; then [ "\${sha-}" = "$(sha256sum formula | cut -c 1-40)" ]; else [ -z "\${sha-}" ]; fi
    printf %s "$content" | base64 -d > formula ;;
  *) exit 9 ;;
esac
`;

const READY = Deno.build.os === "linux" && await hasProgram("jq");

function publishTest(name: string, fn: (dir: TempDir, script: Script) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !READY,
    fn: async () => {
      using dir = tempDir();
      for (const folder of ["bin", "assets", "release"]) await Deno.mkdir(dir.file(folder));
      await Deno.writeTextFile(dir.file("bin/gh"), GH, { mode: 0o755 });
      await Deno.writeTextFile(dir.file("notes.md"), "Notes");
      await Deno.writeTextFile(dir.file("release/a.zip"), "an archive");
      await Deno.writeTextFile(dir.file("release/anvil-sqlite.rb"), "class AnvilSqlite < Formula\nend\n".repeat(9));
      const env = { PATH: `${dir.file("bin")}:${Deno.env.get("PATH")}` };
      await fn(
        dir,
        (name, ...args) => run("bash", [`${ROOT}/.github/release/${name}`, ...args], { cwd: dir.path, env }),
      );
    },
  });
}

type Script = (name: string, ...args: readonly string[]) => Promise<Ended>;

/** Calls of `gh` so far. */
function callsOf(dir: TempDir): readonly string[] {
  return Deno.readTextFileSync(dir.file("calls")).trimEnd().split("\n");
}

publishTest("publish.sh makes a draft, fills it, and publishes it last", async (dir, script) => {
  const { code, err } = await script("publish.sh", "v0.2.0", "notes.md", "release");
  assert.equal(code, 0, err);
  assert.deepEqual(callsOf(dir), [
    "release view v0.2.0 --json isDraft --jq .isDraft",
    "release create v0.2.0 --draft --verify-tag --title v0.2.0 --notes-file notes.md",
    "release upload v0.2.0 --clobber release/a.zip release/anvil-sqlite.rb",
    "release edit v0.2.0 --draft=false",
  ]);
});

publishTest("publish.sh makes of an -rc tag a prerelease, which is not the latest", async (dir, script) => {
  assert.equal((await script("publish.sh", "v0.2.0-rc.1", "notes.md", "release")).code, 0);
  const [, create, , edit] = callsOf(dir);
  for (const call of [create, edit]) assert.match(call ?? "", / --prerelease --latest=false$/);
});

publishTest(
  "publish.sh that was stopped half way goes on when it is run again, and then does nothing",
  async (dir, script) => {
    await Deno.writeTextFile(dir.file("failing"), "");
    assert.equal((await script("publish.sh", "v0.2.0", "notes.md", "release")).code, 1);
    assert.equal(Deno.readTextFileSync(dir.file("draft")), "true\n");
    assert.equal((await script("publish.sh", "v0.2.0", "notes.md", "release")).code, 0);
    assert.equal(Deno.readTextFileSync(dir.file("draft")), "false\n");
    assert.deepEqual([...Deno.readDirSync(dir.file("assets"))].length, 2);
    const before = callsOf(dir).length;
    const again = await script("publish.sh", "v0.2.0", "notes.md", "release");
    assert.deepEqual([again.code, again.out], [0, "v0.2.0 is published already\n"]);
    assert.equal(callsOf(dir).length, before + 1);
  },
);

publishTest(
  "update_tap.sh makes the formula when there is none, and takes no error's body for a file",
  async (dir, script) => {
    const { code, err } = await script("update_tap.sh", "owner/homebrew-tap", "v0.2.0", "release/anvil-sqlite.rb");
    assert.equal(code, 0, err);
    assert.equal(
      Deno.readTextFileSync(dir.file("formula")),
      Deno.readTextFileSync(dir.file("release/anvil-sqlite.rb")),
    );
    assert.ok(!callsOf(dir).some((call) => call.includes("sha=")));
  },
);

publishTest("update_tap.sh replaces a formula, and does nothing when the tap has it", async (dir, script) => {
  const args = ["owner/homebrew-tap", "v0.2.0", "release/anvil-sqlite.rb"];
  await Deno.writeTextFile(dir.file("formula"), "an older one\n");
  assert.equal((await script("update_tap.sh", ...args)).code, 0);
  assert.equal(Deno.readTextFileSync(dir.file("formula")), Deno.readTextFileSync(dir.file("release/anvil-sqlite.rb")));
  const before = callsOf(dir).length;
  const again = await script("update_tap.sh", ...args);
  assert.deepEqual([again.code, again.out], [0, "The tap has the formula of v0.2.0 already\n"]);
  assert.equal(callsOf(dir).length, before + 1);
});

publishTest("update_tap.sh stops at any other failure than a missing file, and says which", async (dir, script) => {
  await Deno.writeTextFile(dir.file("down"), "");
  const { code, err } = await script("update_tap.sh", "owner/homebrew-tap", "v0.2.0", "release/anvil-sqlite.rb");
  assert.deepEqual([code, err], [1, "gh: Server Error (HTTP 500)\n"]);
  assert.equal(callsOf(dir).length, 1);
});
