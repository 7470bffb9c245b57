/**
 * A registry of JSR on this machine, for a Deno that is led to it by `JSR_URL`: it has the packages that `lib/deps.ts`
 * names, at those versions alone, with `lib/builtin` as their content and the stand-in for `@db/sqlite`. It keeps what it
 * was asked for.
 */
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { cacheFolder, ROOT } from "./deno.ts";
import { type FileServer, serveFiles } from "./file_server.ts";

/** Content of `@db/sqlite`, and what that imports. */
const ENGINE = ["tests/engines/like_db_sqlite.ts", "lib/builtin/sqlite.ts"] as const;

/** A registry that answers until disposed of. */
interface JsrRegistry extends AsyncDisposable {
  /** For Deno: where the registry is, and a folder of its own for what it fetches. */
  readonly env: Readonly<Record<string, string>>;
  /** Packages whose modules were fetched, such as `@std/yaml 1.2.0`, sorted. */
  asked(): readonly string[];
}

/** A module of a package, by the name of its export. */
interface Stand {
  readonly version: string;
  /** Path of the content in the checkout, by export. */
  readonly exports: ReadonlyMap<string, string>;
}

/** Packages by name, from `lib/deps.ts` and the redirects of `deno.json`. */
async function stands(): Promise<ReadonlyMap<string, Stand>> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const found = new Map<string, { version: string; exports: Map<string, string> }>();
  for (const [specifier, target] of Object.entries<string>(imports)) {
    const [, name = "", version = "", path = ""] = /^jsr:(@[\w-]+\/[\w-]+)@([\d.]+)(\/.+)?$/.exec(specifier) ?? [];
    const stand = found.get(name) ?? { version, exports: new Map() };
    stand.exports.set(`.${path}`, name === "@db/sqlite" ? ENGINE[0] : target.replace("./", ""));
    found.set(name, stand);
  }
  return found;
}

/** Starts the registry. */
export async function startJsrRegistry(): Promise<JsrRegistry> {
  const packages = await stands();
  const folder = tempDir();
  const asked = new Set<string>();
  const server: FileServer = serveFiles(async (path) => {
    const [, name = "", rest = ""] = /^\/(@[\w-]+\/[\w-]+)\/(.+)$/.exec(path) ?? [];
    const stand = packages.get(name);
    if (stand === undefined) throw new Error(`no package for ${path}`);
    const { version, exports } = stand;
    if (rest === "meta.json") return JSON.stringify({ versions: { [version]: {} }, latest: version });
    if (rest === `${version}_meta.json`) return JSON.stringify(await manifest(exports));
    const source = rest.startsWith(`${version}/`) ? rest.slice(version.length + 1) : "";
    if (!filesOf(exports).includes(source)) throw new Error(`no file for ${path}`);
    asked.add(`${name} ${version}`);
    return await Deno.readFile(`${ROOT}/${source}`);
  });
  return {
    env: { JSR_URL: `${server.url}/`, ...await cacheFolder(folder) },
    asked: () => [...asked].sort(),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function filesOf(exports: ReadonlyMap<string, string>): readonly string[] {
  const files = [...exports.values()];
  return files.includes(ENGINE[0]) ? [...files, ...ENGINE.slice(1)] : files;
}

/** What JSR says of a version: its exports, and the length and hash of each file. */
async function manifest(exports: ReadonlyMap<string, string>): Promise<unknown> {
  const files = await Promise.all(
    filesOf(exports).map(async (source) => {
      const bytes = await Deno.readFile(`${ROOT}/${source}`);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      return [`/${source}`, { size: bytes.length, checksum: `sha256-${hash}` }] as const;
    }),
  );
  return {
    manifest: Object.fromEntries(files),
    exports: Object.fromEntries([...exports].map(([name, source]) => [name, `./${source}`])),
  };
}
