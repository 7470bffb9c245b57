/**
 * SQLite as a shared library, which `@db/sqlite` loads: what it is built from, and the SHA-256 of what comes out for each
 * system. The compiler gives the same bytes on every machine, so a library that differs by one is refused.
 */
import type { Target } from "./targets.ts";

/** Version of SQLite inside. */
export const LIBRARY_VERSION = "3.54.1";

/** SQLite's amalgamation as the npm package `better-sqlite3` carries it, which is plain C and in the public domain. */
export const LIBRARY_SOURCE = {
  npm: "better-sqlite3@13.2.0",
  file: "package/deps/sqlite3/sqlite3.c",
  sha256: "75a4760a7b9727a4c4c877aec92eacf39e52a8f2921ce00bd33be6d3a8e8e254",
} as const;

/** Zig's C compiler as PyPI has it: it builds for every target on x86_64 Linux. */
export const LIBRARY_COMPILER = {
  pypi: "ziglang==0.17.1",
  sha256: "ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54",
} as const;

/** SQLite's recommended options (sqlite.org/compile.html), and what is usual in its builds. */
export const LIBRARY_OPTIONS: readonly string[] = [
  "-O2",
  "-g0",
  "-s",
  "-shared",
  "-fPIC",
  "-DSQLITE_DQS=0",
  "-DSQLITE_DEFAULT_MEMSTATUS=0",
  "-DSQLITE_LIKE_DOESNT_MATCH_BLOBS",
  "-DSQLITE_ENABLE_COLUMN_METADATA",
  "-DSQLITE_ENABLE_FTS5",
  "-DSQLITE_ENABLE_MATH_FUNCTIONS",
  "-DSQLITE_ENABLE_RTREE",
  "-DSQLITE_THREADSAFE=1",
];

/** The library of one target. */
export interface Library {
  readonly name: string;
  /** The target as the compiler calls it; no newer system is needed than it says. */
  readonly compiledFor: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Libraries by target. */
export const LIBRARIES: Readonly<Record<Target["name"], Library>> = {
  "x86_64-linux": {
    name: "libsqlite3.so",
    compiledFor: "x86_64-linux-gnu.2.17",
    sha256: "b49ea2e670ab9b443b505a4d870732ef56527b8b04deb0fd8533f2b9db1896f8",
  },
  "aarch64-linux": {
    name: "libsqlite3_aarch64.so",
    compiledFor: "aarch64-linux-gnu.2.17",
    sha256: "d58e9626f3c343e02e8b6711f464662f2488d1ef861604c0d684b0e58487312b",
  },
  "x86_64-macos": {
    name: "libsqlite3.dylib",
    compiledFor: "x86_64-macos.13.0",
    sha256: "87a009137e347e754d81ee3cc0c079198f099ad118d4f527ff74c5385f7d6372",
  },
  "aarch64-macos": {
    name: "libsqlite3_aarch64.dylib",
    compiledFor: "aarch64-macos.13.0",
    sha256: "a9b9567f13b136622270ba02fdba816971cb30eff87031fde1e04a84b6f66dc9",
  },
  "x86_64-windows": {
    name: "sqlite3.dll",
    compiledFor: "x86_64-windows-gnu",
    sha256: "7e05ef8d2491cdda1909139015d8541182ed6c73322aa750cf1e65e33c83f754",
  },
};

/**
 * Takes a library over from the folder where it was built.
 * @throws {Error} when it is not there, or is not the one that is pinned
 */
export async function provideLibrary(from: string, to: string, { name, sha256 }: Library): Promise<void> {
  const bytes = await Deno.readFile(`${from}/${name}`).catch((cause: unknown) => {
    throw new Error(`Cannot read ${from}/${name}: run 'deno task libraries' first`, { cause });
  });
  await checkSum(bytes, sha256, name);
  await Deno.mkdir(to, { recursive: true });
  await Deno.writeFile(`${to}/${name}`, bytes);
}

/** @throws {Error} when the SHA-256 of the bytes is another than the pinned one */
export async function checkSum(bytes: Uint8Array<ArrayBuffer>, pinned: string, what: string): Promise<void> {
  const actual = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (actual !== pinned) throw new Error(`${what} is not what is pinned: its SHA-256 is ${actual}, not ${pinned}`);
}
