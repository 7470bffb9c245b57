/** A release, packed from stand-ins for the binaries: what is in it, and that it installs. Linux packs releases. */
import assert from "node:assert/strict";
import { collectMaterials } from "../../../.github/release/materials.ts";
import { pack } from "../../../.github/release/pack.ts";
import { archiveName, FLAVOURS, packageName, programName, TARGETS } from "../../../.github/release/targets.ts";
import { HOME_PAGE, VERSION } from "../../../lib/version.ts";
import { run } from "../../fixtures/running/run.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { ROOT } from "../deno.ts";
import { serveFiles } from "../file_server.ts";

const LINUX = Deno.build.os === "linux";

/** A release in `release/`, of programs that only say their target. */
async function packed(dir: TempDir): Promise<string> {
  for (const target of TARGETS) {
    await Deno.mkdir(dir.file(`binaries/${target.name}`), { recursive: true });
    for (const flavour of FLAVOURS) {
      const script = `#!/bin/sh\necho "${flavour} for ${target.name}"\n`;
      await Deno.writeTextFile(dir.file(`binaries/${target.name}/${programName(target, flavour)}`), script);
    }
  }
  const output = dir.file("release");
  const bundle = dir.file("anvil-sqlite.js");
  await Deno.writeTextFile(bundle, "console.log(Deno.args.join(' '));");
  const materials = await Promise.all(FLAVOURS.map((flavour) => collectMaterials(ROOT, flavour, [])));
  await pack({ root: ROOT, binaries: dir.file("binaries"), bundle, materials, output });
  return output;
}

Deno.test({
  name:
    "pack() makes an archive of both flavours for each target, with program, licence, manual, completions and systemd units",
  ignore: !LINUX,
  fn: async () => {
    using dir = tempDir();
    const release = await packed(dir);
    const listed = async (name: string) =>
      (name.endsWith(".zip")
        ? await run("unzip", ["-Z1", `${release}/${name}`])
        : await run("tar", ["-tzf", `${release}/${name}`])).out.split("\n").filter((path) => /[^/]$/.test(path)).sort();
    for (const [target, flavour] of TARGETS.flatMap((one) => FLAVOURS.map((other) => [one, other] as const))) {
      const common = ["CHANGELOG.md", "LICENSE", "README.md", programName(target, flavour)];
      const unix = [
        "anvil-sqlite.1",
        "completions/_anvil-sqlite",
        "completions/anvil-sqlite.bash",
        "completions/anvil-sqlite.fish",
      ];
      const systemd = ["systemd/anvil-sqlite.service", "systemd/anvil-sqlite.timer"];
      const wanted = [
        ...common,
        ...(target.os === "windows" ? ["completions/anvil-sqlite.ps1"] : unix),
        ...(target.os === "linux" ? systemd : []),
      ].map((name) => `${packageName(target, flavour)}/${name}`);
      assert.deepEqual(await listed(archiveName(target, flavour)), wanted.sort());
    }
    const { out } = await run("tar", ["-tvzf", `${release}/anvil-sqlite-x86_64-linux.tar.gz`]);
    assert.match(out, /^-rwxr-xr-x 0\/0 .*anvil-sqlite-x86_64-linux\/anvil-sqlite$/m);
  },
});

Deno.test({
  name: "pack() names every file in SHA256SUMS, and both manifests name the files by their sums",
  ignore: !LINUX,
  fn: async () => {
    using dir = tempDir();
    const release = await packed(dir);
    const { code, out } = await run("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: release });
    assert.equal(code, 0);
    const published = [...Deno.readDirSync(release)].map(({ name }) => name)
      .filter((name) => !["SHA256SUMS", "NOTES.md"].includes(name));
    assert.deepEqual(out.trimEnd().split("\n").map((line) => line.replace(": OK", "")).sort(), published.sort());
    const sums = await Deno.readTextFile(`${release}/SHA256SUMS`);
    const sumOf = (name: string) => sums.split("\n").find((line) => line.endsWith(`  ${name}`))?.split(" ")[0] ?? "?";
    const formula = await Deno.readTextFile(`${release}/anvil-sqlite.rb`);
    for (const target of TARGETS.filter(({ os }) => os !== "windows")) {
      const name = archiveName(target);
      assert.ok(
        formula.includes(`url "${HOME_PAGE}/releases/download/v${VERSION}/${name}"\n      sha256 "${sumOf(name)}"`),
      );
    }
    const scoop = JSON.parse(await Deno.readTextFile(`${release}/anvil-sqlite.json`));
    assert.equal(scoop.architecture["64bit"].hash, sumOf("anvil-sqlite-x86_64-windows.zip"));
  },
});

Deno.test({
  name: "install.sh installs what pack() made, and refuses it once a byte is changed",
  ignore: !LINUX,
  fn: async () => {
    using dir = tempDir();
    const release = await packed(dir);
    await using server = serveFiles((path) => Deno.readFile(`${release}${path}`));
    const env = { ANVIL_SQLITE_BASE_URL: server.url, ANVIL_SQLITE_BIN_DIR: dir.file("bin") };
    const good = await run("sh", [`${release}/install.sh`], { env });
    assert.equal(good.code, 0, good.err);
    assert.match((await run(dir.file("bin/anvil-sqlite"), [])).out, /^anvil-sqlite for \w+-linux\n$/);

    for (const { name } of TARGETS.filter(({ os }) => os === "linux")) {
      await Deno.writeFile(`${release}/anvil-sqlite-${name}.tar.gz`, new Uint8Array([0]), { append: true });
    }
    const tampered = await run("sh", [`${release}/install.sh`], {
      env: { ...env, ANVIL_SQLITE_BIN_DIR: dir.file("bin2") },
    });
    assert.equal(tampered.code, 1);
    assert.match(
      tampered.err,
      /is not the released file \(SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}\): nothing was inst/,
    );
    assert.ok(!dir.names().includes("bin2"));
  },
});
