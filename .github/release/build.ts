/**
 * Builds the program, into `dist/`. `deno task compile` and `bundle` build it as a checkout runs it, for which npm is
 * enough; `compile:published`, `compile:ffi` and `bundle:published` build what is released, with the packages of JSR.
 * Further arguments go to Deno, such as `--target`. It changes no source file.
 */
import { fileURLToPath } from "node:url";
import { FFI_PERMISSIONS, PERMISSIONS } from "./permissions.ts";
import { LIBRARIES, type Library, provideLibrary } from "./sqlite_library.ts";
import { readStamp, type Source, STAMP_FOLDER, type StampOptions, writeStamp } from "./stamp.ts";
import { targetHere } from "./targets.ts";
import { V8_FLAGS } from "./v8_flags.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** What can be built, and what its packages are. */
const PRODUCTS = {
  "binary": "redirected",
  "bundle": "redirected",
  "published-binary": "published",
  "published-bundle": "published",
  "published-ffi": "published-ffi",
} as const satisfies Readonly<Record<string, Source>>;
/** One of {@link PRODUCTS}. */
export type Product = keyof typeof PRODUCTS;

/** Where the libraries of `deno task libraries` are. */
const LIBRARY_FOLDER = "dist/libraries";

/** What a build takes from elsewhere; tests give their own. */
export interface BuildPlaces {
  /** The shared library of `published-ffi`. Default: the one of this machine. */
  readonly library?: Library;
  /** The folder where it is. */
  readonly libraries?: string;
  /** Variables for Deno, such as the registry that it asks. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Writes a build's stamp. */
export async function configure(
  product: Product,
  places: BuildPlaces = {},
): Promise<StampOptions & { readonly library?: string }> {
  const stamp = await readStamp(ROOT);
  const source = PRODUCTS[product];
  const { libraries = `${ROOT}/${LIBRARY_FOLDER}`, env = {} } = places;
  if (source !== "published-ffi") return await writeStamp(ROOT, source, stamp, env);
  const library = places.library ?? LIBRARIES[targetHere().name];
  await provideLibrary(libraries, `${ROOT}/${STAMP_FOLDER}`, library);
  return { ...await writeStamp(ROOT, source, stamp, env, library.name), library: library.name };
}

/** A program with a code cache runs code from a file in `/tmp` whose name is known and whose owner is not looked at. */
const NO_CODE_CACHE = "--no-code-cache";

/** Arguments of Deno for a build. */
export function buildArguments(
  product: Product,
  { options, library }: Omit<Awaited<ReturnType<typeof configure>>, "packages">,
  output: string,
  more: readonly string[] = [],
): readonly string[] {
  const rest = [...more, "--output", output, `${ROOT}/main.ts`];
  switch (product) {
    case "bundle":
    case "published-bundle":
      return ["bundle", ...options, "--platform", "deno", ...rest];
    case "binary":
    case "published-binary":
      return ["compile", ...options, NO_CODE_CACHE, V8_FLAGS, "--exclude-unused-npm", ...PERMISSIONS, ...rest];
    case "published-ffi":
      return [
        "compile",
        ...options,
        NO_CODE_CACHE,
        V8_FLAGS,
        ...FFI_PERMISSIONS,
        "--include",
        `${ROOT}/${STAMP_FOLDER}/${library}`,
        ...rest,
      ];
  }
}

/** Where a build goes. */
function outputOf(product: Product): string {
  switch (product) {
    case "bundle":
    case "published-bundle":
      return `${ROOT}/dist/anvil-sqlite.js`;
    case "binary":
    case "published-binary":
      return `${ROOT}/dist/anvil-sqlite`;
    case "published-ffi":
      return `${ROOT}/dist/anvil-sqlite-ffi`;
  }
}

if (import.meta.main) {
  const [word, ...more] = Deno.args;
  const products = Object.keys(PRODUCTS) as Product[];
  const product = products.find((one) => one === word);
  if (product === undefined) throw new Error(`Cannot build '${word}': it is none of ${products.join(", ")}`);
  const args = [...buildArguments(product, await configure(product), outputOf(product), more)];
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  Deno.exit(code);
}
