/**
 * The systems that binaries are released for, and what the files of a release are called. Only constants and names.
 */

/** One system. */
export interface Target {
  /** As in the names of files. */
  readonly name: string;
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

/** Name of a target's folder inside its archive, and of the archive without its ending. */
export function packageName({ name }: Target): string {
  return `anvil-sqlite-${name}`;
}

/** Name of a target's archive. */
export function archiveName(target: Target): string {
  return `${packageName(target)}${target.os === "windows" ? ".zip" : ".tar.gz"}`;
}

/** Name of the program in it. */
export function programName({ os }: Target): string {
  return os === "windows" ? "anvil-sqlite.exe" : "anvil-sqlite";
}
