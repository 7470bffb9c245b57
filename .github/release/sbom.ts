/**
 * The bill of materials of a program: what is inside, in CycloneDX's JSON (cyclonedx.org/docs/1.6/json). Pure, given what
 * Deno tells of the module graph.
 */
import { HOME_PAGE, PROGRAM, VERSION } from "../../lib/version.ts";

/** A package of npm inside. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As in its `package.json`. */
  readonly license: string;
  /** `sha512-` and base64, as in `deno.lock`. */
  readonly integrity: string;
}

/** What the program stands on. */
export interface Materials {
  readonly deno: string;
  readonly sqlite: string;
  readonly packages: readonly NpmPackage[];
}

/** The document. */
export function billOfMaterials({ deno, sqlite, packages }: Materials): string {
  const component = `pkg:github/denoland/deno@v${deno}`;
  const npm = packages.map(({ name, version, license, integrity }) => ({
    type: "library",
    "bom-ref": `pkg:npm/${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name}@${version}`,
    licenses: [{ license: { id: license } }],
    hashes: [{ alg: "SHA-512", content: hex(integrity.replace("sha512-", "")) }],
  }));
  const inside = [
    {
      type: "platform",
      "bom-ref": component,
      name: "deno",
      version: deno,
      purl: component,
      licenses: [{ license: { id: "MIT" } }],
    },
    {
      type: "library",
      "bom-ref": `pkg:generic/sqlite@${sqlite}`,
      name: "sqlite",
      version: sqlite,
      purl: `pkg:generic/sqlite@${sqlite}`,
      description: "Inside Deno",
    },
    ...npm,
  ];
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": PROGRAM,
        name: PROGRAM,
        version: VERSION,
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "vcs", url: HOME_PAGE }],
      },
    },
    components: inside,
    dependencies: [{ ref: PROGRAM, dependsOn: inside.map((one) => one["bom-ref"]) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function hex(base64: string): string {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).toHex();
}
