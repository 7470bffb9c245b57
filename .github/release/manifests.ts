/**
 * Homebrew's formula and Scoop's manifest, from the checksums of a release. Pure.
 */
import { HOME_PAGE } from "../../lib/version.ts";
import { archiveName, packageName, type Target, TARGETS } from "./targets.ts";

const SUMMARY = "Back up Anvil Data Tables into SQLite, and bring them back";

/** A release as the manifests see it. */
export interface Released {
  /** Without `v`. */
  readonly version: string;
  /** SHA-256 in hexadecimal, by name of file. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** URL of a file of a release. */
function urlOf(version: string, name: string): string {
  return `${HOME_PAGE}/releases/download/v${version}/${name}`;
}

function checksumOf({ checksums }: Released, name: string): string {
  const found = checksums.get(name);
  if (found === undefined) throw new Error(`Cannot write a manifest: '${name}' has no checksum`);
  return found;
}

/** The formula. */
export function homebrewFormula(released: Released): string {
  const block = (name: string, indent: string) => {
    const target = TARGETS.find((one) => one.name === name);
    if (target === undefined) throw new Error(`Cannot write a formula: there is no target '${name}'`);
    const archive = archiveName(target);
    return `${indent}url "${urlOf(released.version, archive)}"\n${indent}sha256 "${checksumOf(released, archive)}"`;
  };
  return `class AnvilSqlite < Formula
  desc "${SUMMARY}"
  homepage "${HOME_PAGE}"
  version "${released.version}"
  license "MIT"

  on_macos do
    on_arm do
${block("aarch64-macos", "      ")}
    end
    on_intel do
${block("x86_64-macos", "      ")}
    end
  end

  on_linux do
    on_arm do
${block("aarch64-linux", "      ")}
    end
    on_intel do
${block("x86_64-linux", "      ")}
    end
  end

  def install
    bin.install "anvil-sqlite"
    man1.install "anvil-sqlite.1"
    bash_completion.install "completions/anvil-sqlite.bash" => "anvil-sqlite"
    zsh_completion.install "completions/_anvil-sqlite"
    fish_completion.install "completions/anvil-sqlite.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/anvil-sqlite --version")
    assert_match ".sqlite", shell_output("#{bin}/anvil-sqlite demo -o #{testpath}")
  end
end
`;
}

/** The manifest. */
export function scoopManifest(released: Released): string {
  const windows = TARGETS.filter(({ os }) => os === "windows");
  const of = (target: Target, version: string) => ({
    url: urlOf(version, archiveName(target)),
    extract_dir: packageName(target),
  });
  const [target] = windows;
  if (target === undefined) throw new Error("Cannot write a manifest: there is no target for Windows");
  const manifest = {
    version: released.version,
    description: SUMMARY,
    homepage: HOME_PAGE,
    license: "MIT",
    architecture: {
      "64bit": { ...of(target, released.version), hash: checksumOf(released, archiveName(target)) },
    },
    bin: "anvil-sqlite.exe",
    checkver: "github",
    autoupdate: {
      architecture: { "64bit": of(target, "$version") },
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
