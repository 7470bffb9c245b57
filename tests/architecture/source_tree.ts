/**
 * The source of the program as the architecture tests see it: modules, what they import and what they export. It reads
 * text; it runs no module.
 */

/** Root of the repository. */
export const ROOT = new URL("../../", import.meta.url);

/** One import of a module. */
export interface Import {
  readonly specifier: string;
  /** Names taken from it; `*` for all of them. */
  readonly names: readonly string[];
  readonly dynamic: boolean;
}

/** A source file. */
export interface Module {
  /** From the root, such as `lib/errors.ts`. */
  readonly path: string;
  readonly source: string;
  /** The source without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
  /** Names that it exports. */
  readonly exports: readonly string[];
}

const STATIC = /^(?:import|export)\b([^;"'`]*?)\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;
const EXPORTED =
  /^export\s+(?:declare\s+|abstract\s+|async\s+)*(?:const|let|function\*?|class|interface|type|enum)\s+([\w$]+)/gm;

/** Reads one file. */
export function readModule(path: string): Module {
  return parseModule(path, Deno.readTextFileSync(new URL(path, ROOT)));
}

/** A module from its text. */
export function parseModule(path: string, source: string): Module {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
  const imports = [
    ...[...code.matchAll(STATIC)].map((match): Import => ({
      specifier: match[2] ?? match[3] ?? "",
      names: namesOf(match[1] ?? ""),
      dynamic: false,
    })),
    ...[...code.matchAll(DYNAMIC)].map((match): Import => ({ specifier: match[1] ?? "", names: ["*"], dynamic: true })),
  ];
  return { path, source, code, imports, exports: [...code.matchAll(EXPORTED)].map((match) => match[1] ?? "") };
}

function namesOf(clause: string): readonly string[] {
  const inBraces = /\{([^}]*)\}/.exec(clause)?.[1];
  if (inBraces === undefined) return ["*"];
  return inBraces.split(",").map((item) => item.replace(/^\s*type\s/, "").trim().split(/\s+as\s+/)[0] ?? "")
    .filter((name) => name !== "");
}

/** All modules of a folder and of its rooms. */
export function modulesUnder(folder: string): readonly Module[] {
  const found: Module[] = [];
  for (const entry of Deno.readDirSync(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...modulesUnder(path));
    else if (path.endsWith(".ts")) found.push(readModule(path));
  }
  return found.toSorted((a, b) => a.path < b.path ? -1 : 1);
}

/** Path from the root of what a module imports by a relative specifier. */
export function resolve(module: Pick<Module, "path">, specifier: string): string {
  return new URL(specifier, new URL(module.path, ROOT)).pathname.slice(ROOT.pathname.length);
}

/** `schema` for `lib/schema/read/x.ts`, `errors.ts` for `lib/errors.ts`, `main.ts`. */
export function layerOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "lib" ? second : first;
}

/** `schema/read` for `lib/schema/read/x.ts`, `errors.ts` for `lib/errors.ts`. */
export function roomOf(path: string): string {
  const parts = path.split("/");
  return parts.length <= 2 ? parts[1] ?? path : parts.slice(1, -1).join("/");
}

/** Everything that modules import from within, as module and path. */
export function* edges(modules: readonly Module[]): Generator<readonly [from: Module, to: string]> {
  for (const module of modules) {
    for (const { specifier } of module.imports) {
      if (specifier.startsWith(".")) yield [module, resolve(module, specifier)];
    }
  }
}

/** The rings of a graph: groups of two or more nodes from each of which all others of the group are reached. */
export function rings(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const reach = (start: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [start];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const next of graph.get(node) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return seen;
  };
  const reached = new Map([...graph.keys()].map((node) => [node, reach(node)]));
  const placed = new Set<string>();
  const found: string[][] = [];
  for (const [node, from] of reached) {
    if (placed.has(node) || !from.has(node)) continue;
    const ring = [...from].filter((other) => reached.get(other)?.has(node)).toSorted();
    for (const other of ring) placed.add(other);
    found.push(ring);
  }
  return found;
}

/** A graph of edges, without those from a node to itself. */
export function graphOf(pairs: Iterable<readonly [string, string]>): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    if (from !== to) targets.add(to);
  }
  return graph;
}
