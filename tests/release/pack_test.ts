/** What is published beside the binaries: manifests, notes, the bill of materials. `built/` packs a release. */
import assert from "node:assert/strict";
import { homebrewFormula, scoopManifest } from "../../.github/release/manifests.ts";
import { collectMaterials } from "../../.github/release/materials.ts";
import { listPackages } from "../../.github/release/package_list.ts";
import { releaseNotes } from "../../.github/release/notes.ts";
import { billOfMaterials } from "../../.github/release/sbom.ts";
import { LIBRARY_VERSION } from "../../.github/release/sqlite_library.ts";
import { archiveName, TARGETS } from "../../.github/release/targets.ts";
import { HOME_PAGE, VERSION } from "../../lib/version.ts";
import { hasProgram, run } from "../fixtures/running/run.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { ROOT } from "./deno.ts";

const CHECKSUMS = new Map(TARGETS.map((target, i) => [archiveName(target), String(i).repeat(64)]));

Deno.test("homebrewFormula() and scoopManifest() refuse a release that lacks a file", () => {
  const released = { version: "1.2.3", checksums: new Map() };
  assert.throws(() => homebrewFormula(released), /'anvil-sqlite-aarch64-macos\.tar\.gz' has no checksum/);
  assert.throws(() => scoopManifest(released), /'anvil-sqlite-x86_64-windows\.zip' has no checksum/);
});

Deno.test({
  name: "homebrewFormula() is Ruby (skipped where ruby is not installed)",
  ignore: !await hasProgram("ruby"),
  fn: async () => {
    using dir = tempDir();
    const path = dir.file("anvil-sqlite.rb");
    await Deno.writeTextFile(path, homebrewFormula({ version: "1.2.3", checksums: CHECKSUMS }));
    const { out } = await run("ruby", ["-c", path]);
    assert.equal(out, "Syntax OK\n");
  },
});

Deno.test("scoopManifest() says where the next version will be", () => {
  const { architecture, autoupdate, bin } = JSON.parse(scoopManifest({ version: "1.2.3", checksums: CHECKSUMS }));
  assert.equal(architecture["64bit"].url, `${HOME_PAGE}/releases/download/v1.2.3/anvil-sqlite-x86_64-windows.zip`);
  assert.equal(architecture["64bit"].extract_dir, "anvil-sqlite-x86_64-windows");
  assert.equal(
    autoupdate.architecture["64bit"].url,
    `${HOME_PAGE}/releases/download/v$version/anvil-sqlite-x86_64-windows.zip`,
  );
  assert.equal(bin, "anvil-sqlite.exe");
});

Deno.test("releaseNotes() takes one version's section of the changelog, and refuses one without", async () => {
  const changelog = "# Changelog\n\n## 0.2.0\n\n- Two.\n\n## 0.1.0 (2026-11-25)\n\n- One.\n";
  assert.match(releaseNotes(changelog, "0.2.0"), /^- Two\.\n\n## Check what you downloaded\n/);
  assert.match(releaseNotes(changelog, "0.1.0"), /^- One\.\n\n## Check/);
  assert.throws(() => releaseNotes(changelog, "0.1"), /no section '## 0\.1'/);
  const own = await Deno.readTextFile(`${ROOT}/.github/CHANGELOG.md`);
  assert.match(releaseNotes(own, VERSION), /\S/);
});

Deno.test("billOfMaterials() lists Deno, SQLite, and the packages that the program reaches, and no test's", async () => {
  const packages = await listPackages(["--config", `${ROOT}/deno.json`], `${ROOT}/main.ts`, {});
  const { components, dependencies } = JSON.parse(
    billOfMaterials(await collectMaterials(ROOT, "anvil-sqlite", packages)),
  );
  const purls: string[] = components.map(({ purl }: { purl: string }) => purl.replace(/@v?[\d.]+$/, ""));
  assert.deepEqual(purls, [
    "pkg:github/denoland/deno",
    "pkg:generic/sqlite",
    "pkg:npm/argparse",
    "pkg:npm/client-zip",
    "pkg:npm/fflate",
    "pkg:npm/hono",
    "pkg:npm/hyparquet",
    "pkg:npm/hyparquet-writer",
    "pkg:npm/js-yaml",
    "pkg:npm/postgres",
  ]);
  for (const { version, licenses, hashes } of components.slice(2)) {
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.match(licenses[0].license.id, /^(MIT|PSF-2\.0|Unlicense)$/);
    assert.match(hashes[0].content, /^[0-9a-f]{128}$/);
  }
  assert.equal(dependencies[0].dependsOn.length, components.length);
});

Deno.test("billOfMaterials() of the other flavour lists the library that is inside, and packages of JSR", async () => {
  const packages = [{ registry: "jsr", name: "@db/sqlite", version: "0.13.0" }] as const;
  const { metadata, components } = JSON.parse(
    billOfMaterials(await collectMaterials(ROOT, "anvil-sqlite-ffi", packages)),
  );
  assert.equal(metadata.component.name, "anvil-sqlite-ffi");
  assert.deepEqual(components.slice(1).map(({ purl }: { purl: string }) => purl), [
    `pkg:generic/sqlite@${LIBRARY_VERSION}`,
    "pkg:jsr/%40db/sqlite@0.13.0",
  ]);
});
