/**
 * The systems that programs are released for, the two flavours of the program, and what the files of a release are called.
 * Only constants and names.
 */

/** One system. */
export interface Target {
  /** As in the names of files: processor and system. */
  readonly name: "x86_64-linux" | "aarch64-linux" | "x86_64-macos" | "aarch64-macos" | "x86_64-windows";
  /** Runner that builds it, of the same kind. */
  readonly runner: string;
  readonly os: "linux" | "macos" | "windows";
}

/** All of them; `release.yml` has the same in its matrix. */
export const TARGETS: readonly Target[] = [
  { name: "x86_64-linux", runner: "ubuntu-24.04", os: "linux" },
  { name: "aarch64-linux", runner: "ubuntu-24.04-arm", os: "linux" },
  { name: "x86_64-macos", runner: "macos-15-intel", os: "macos" },
  { name: "aarch64-macos", runner: "macos-15", os: "macos" },
  { name: "x86_64-windows", runner: "windows-2025", os: "windows" },
];

/** The program on `node:sqlite`, and the one on `@db/sqlite` with its shared library inside, by their names. */
export const FLAVOURS = ["anvil-sqlite", "anvil-sqlite-ffi"] as const;
/** One of {@link FLAVOURS}. */
export type Flavour = typeof FLAVOURS[number];

/** Name of the folder inside an archive, and of the archive without its ending. */
export function packageName({ name }: Target, flavour: Flavour = "anvil-sqlite"): string {
  return `${flavour}-${name}`;
}

/** Name of an archive. */
export function archiveName(target: Target, flavour: Flavour = "anvil-sqlite"): string {
  return `${packageName(target, flavour)}${target.os === "windows" ? ".zip" : ".tar.gz"}`;
}

/** Name of the program in it. */
export function programName({ os }: Target, flavour: Flavour = "anvil-sqlite"): string {
  return os === "windows" ? `${flavour}.exe` : flavour;
}

/** The target that this machine is. */
export function targetHere(): Target {
  const os = Deno.build.os === "darwin" ? "macos" : Deno.build.os;
  const found = TARGETS.find(({ name }) => name === `${Deno.build.arch}-${os}`);
  if (found === undefined) throw new Error(`Nothing is released for ${Deno.build.arch} ${Deno.build.os}`);
  return found;
}
