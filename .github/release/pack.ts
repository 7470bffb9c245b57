/**
 * Packs a release, on Linux: `pack.ts BINARIES BUNDLE OUTPUT`. BINARIES has a folder for each target with both flavours of
 * the program, BUNDLE is the one-file program, OUTPUT gets everything that is published, and `SHA256SUMS`.
 */
import { PROGRAM, VERSION } from "../../lib/version.ts";
import { homebrewFormula, scoopManifest } from "./manifests.ts";
import { releaseNotes } from "./notes.ts";
import { collectMaterials } from "./materials.ts";
import { billOfMaterials, type Materials } from "./sbom.ts";
import { readStamp, writeStamp } from "./stamp.ts";
import { archiveName, type Flavour, FLAVOURS, packageName, programName, type Target, TARGETS } from "./targets.ts";

/** Where a release comes from and goes to. */
export interface PackOptions {
  /** The checkout. */
  readonly root: string;
  readonly binaries: string;
  readonly bundle: string;
  /** What each flavour is made of. */
  readonly materials: readonly Materials[];
  /** An empty folder, or none yet. */
  readonly output: string;
}

const SHELL_FILES = { bash: "anvil-sqlite.bash", zsh: "_anvil-sqlite", fish: "anvil-sqlite.fish" } as const;

/** Packs it; gives the names of the files, without the notes, which are published as such. */
export async function pack({ root, binaries, bundle, materials, output }: PackOptions): Promise<readonly string[]> {
  const work = await Deno.makeTempDir({ prefix: "anvil-sqlite-pack-" });
  try {
    await Deno.mkdir(output, { recursive: true });
    const files: string[] = [];
    const add = async (name: string, content: string) => {
      await Deno.writeTextFile(`${output}/${name}`, content);
      files.push(name);
    };
    for (const flavour of FLAVOURS) {
      for (const target of TARGETS) {
        await fillPackage({
          root,
          binaries,
          bundle,
          flavour,
          target,
          folder: `${work}/${packageName(target, flavour)}`,
        });
        await archive(work, output, target, flavour);
        files.push(archiveName(target, flavour));
      }
    }
    await Deno.copyFile(bundle, `${output}/${PROGRAM}.js`);
    files.push(`${PROGRAM}.js`);
    for (const name of ["install.sh", "install.ps1"]) {
      await Deno.copyFile(`${root}/.github/${name}`, `${output}/${name}`);
      files.push(name);
    }
    for (const one of materials) await add(`${one.flavour}.cdx.json`, billOfMaterials(one));
    const checksums = new Map(
      await Promise.all(files.map(async (name) => [name, await sha256(`${output}/${name}`)] as const)),
    );
    await add(`${PROGRAM}.rb`, homebrewFormula({ version: VERSION, checksums }));
    await add(`${PROGRAM}.json`, scoopManifest({ version: VERSION, checksums }));
    for (const name of [`${PROGRAM}.rb`, `${PROGRAM}.json`]) checksums.set(name, await sha256(`${output}/${name}`));
    await add("SHA256SUMS", [...checksums].sort().map(([name, sum]) => `${sum}  ${name}\n`).join(""));
    const changelog = await Deno.readTextFile(`${root}/.github/CHANGELOG.md`);
    await Deno.writeTextFile(`${output}/NOTES.md`, releaseNotes(changelog, VERSION));
    return files.sort();
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

interface Filling {
  readonly root: string;
  readonly binaries: string;
  readonly bundle: string;
  readonly flavour: Flavour;
  readonly target: Target;
  readonly folder: string;
}

async function fillPackage({ root, binaries, bundle, flavour, target, folder }: Filling): Promise<void> {
  const program = programName(target, flavour);
  await Deno.mkdir(`${folder}/completions`, { recursive: true });
  await Deno.copyFile(`${binaries}/${target.name}/${program}`, `${folder}/${program}`);
  // What carries files between jobs of a workflow drops the mark of a program.
  await Deno.chmod(`${folder}/${program}`, 0o755);
  for (const name of ["README.md", "LICENSE"]) await Deno.copyFile(`${root}/${name}`, `${folder}/${name}`);
  await Deno.copyFile(`${root}/.github/CHANGELOG.md`, `${folder}/CHANGELOG.md`);
  if (target.os === "windows") {
    await write(`${folder}/completions/anvil-sqlite.ps1`, await print(bundle, "completions", "powershell"));
    return;
  }
  await write(`${folder}/anvil-sqlite.1`, await print(bundle, "man"));
  for (const [shell, name] of Object.entries(SHELL_FILES)) {
    await write(`${folder}/completions/${name}`, await print(bundle, "completions", shell));
  }
  if (target.os !== "linux") return;
  await Deno.mkdir(`${folder}/systemd`);
  for (const kind of ["service", "timer"]) {
    await Deno.copyFile(`${root}/.github/systemd/${PROGRAM}.${kind}`, `${folder}/systemd/${PROGRAM}.${kind}`);
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o644);
}

/** What the one-file program prints. */
function print(bundle: string, ...args: readonly string[]): Promise<string> {
  return command(Deno.execPath(), ["run", "--quiet", "--no-prompt", bundle, ...args], ".");
}

/** Owners and order say nothing of the machine that packed it. */
async function archive(work: string, output: string, target: Target, flavour: Flavour): Promise<void> {
  const [name, path] = [packageName(target, flavour), await absolute(output, archiveName(target, flavour))];
  if (target.os === "windows") await command("zip", ["-q", "-X", "-r", path, name], work);
  else await command("tar", ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-czf", path, name], work);
}

async function absolute(folder: string, name: string): Promise<string> {
  return `${await Deno.realPath(folder)}/${name}`;
}

async function command(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, { args: [...args], cwd, stderr: "inherit" }).output();
  if (!success) throw new Error(`Cannot pack: '${program} ${args.join(" ")}' failed`);
  return new TextDecoder().decode(stdout);
}

async function sha256(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
}

if (import.meta.main) {
  const [binaries, bundle, output] = Deno.args;
  if (binaries === undefined || bundle === undefined || output === undefined) {
    throw new Error("Cannot pack: give the folder of binaries, the bundle and the output folder");
  }
  const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
  const materials: Materials[] = [];
  for (const [flavour, source] of [["anvil-sqlite", "published"], ["anvil-sqlite-ffi", "published-ffi"]] as const) {
    const { packages } = await writeStamp(root, source, await readStamp(root));
    materials.push(await collectMaterials(root, flavour, packages));
  }
  await pack({ root, binaries, bundle: await Deno.realPath(bundle), materials, output });
}
