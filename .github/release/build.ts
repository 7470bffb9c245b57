/**
 * Builds what is released, into `dist/`: `deno task compile`, `compile:ffi` and `bundle`. Further arguments go to Deno,
 * such as `--target`. It changes no source file.
 */
import { fileURLToPath } from "node:url";
import { FFI_PERMISSIONS, PERMISSIONS } from "./permissions.ts";
import { provideLibrary } from "./sqlite_library.ts";
import { readStamp, STAMP_FOLDER, type StampOptions, writeStamp } from "./stamp.ts";
import { V8_FLAGS } from "./v8_flags.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** What can be built. */
export const PRODUCTS = ["binary", "binary-ffi", "bundle"] as const;
/** One of {@link PRODUCTS}. */
export type Product = typeof PRODUCTS[number];

/** Writes a build's stamp. */
export async function configure(product: Product): Promise<StampOptions & { readonly library?: string }> {
  const stamp = await readStamp(ROOT);
  if (product !== "binary-ffi") return await writeStamp(ROOT, "builtin", stamp);
  const library = await provideLibrary(`${ROOT}/${STAMP_FOLDER}`);
  return { ...await writeStamp(ROOT, "ffi", stamp, library), library };
}

/** Arguments of Deno for a build. */
export function buildArguments(
  product: Product,
  { options, library }: Awaited<ReturnType<typeof configure>>,
  output: string,
  more: readonly string[] = [],
): readonly string[] {
  const rest = [...more, "--output", output, `${ROOT}/main.ts`];
  switch (product) {
    case "bundle":
      return ["bundle", ...options, "--platform", "deno", ...rest];
    case "binary":
      return ["compile", ...options, V8_FLAGS, "--exclude-unused-npm", ...PERMISSIONS, ...rest];
    case "binary-ffi":
      return [
        "compile",
        ...options,
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
      return `${ROOT}/dist/anvil-sqlite.js`;
    case "binary":
      return `${ROOT}/dist/anvil-sqlite`;
    case "binary-ffi":
      return `${ROOT}/dist/anvil-sqlite-ffi`;
  }
}

if (import.meta.main) {
  const [word, ...more] = Deno.args;
  const product = PRODUCTS.find((one) => one === word);
  if (product === undefined) throw new Error(`Cannot build '${word}': it is none of ${PRODUCTS.join(", ")}`);
  const args = [...buildArguments(product, await configure(product), outputOf(product), more)];
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  Deno.exit(code);
}
