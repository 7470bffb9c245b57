/**
 * The bill of materials of a program: what is inside, in CycloneDX's JSON (cyclonedx.org/docs/1.6/json). Pure, given what
 * Deno tells of the module graph.
 */
import { HOME_PAGE, VERSION } from "../../lib/version.ts";
import type { Flavour } from "./targets.ts";

/** A package inside. */
export interface Package {
  readonly registry: "jsr" | "npm";
  /** With its scope. */
  readonly name: string;
  readonly version: string;
  /** As in the `package.json` of npm; JSR tells none. */
  readonly license?: string;
  /** `sha512-` and base64, as in `deno.lock`, for npm. */
  readonly integrity?: string;
}

/** What a program is made of. */
export interface Materials {
  readonly flavour: Flavour;
  readonly deno: string;
  readonly sqlite: {
    readonly version: string;
    /** Where it is inside, such as `Inside Deno`. */
    readonly place: string;
  };
  readonly packages: readonly Package[];
}

/** The document. */
export function billOfMaterials({ flavour, deno, sqlite, packages }: Materials): string {
  const runtime = `pkg:github/denoland/deno@v${deno}`;
  const inside = [
    {
      type: "platform",
      "bom-ref": runtime,
      name: "deno",
      version: deno,
      purl: runtime,
      licenses: [{ license: { id: "MIT" } }],
    },
    {
      type: "library",
      "bom-ref": `pkg:generic/sqlite@${sqlite.version}`,
      name: "sqlite",
      version: sqlite.version,
      purl: `pkg:generic/sqlite@${sqlite.version}`,
      description: sqlite.place,
    },
    ...packages.map(component),
  ];
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": flavour,
        name: flavour,
        version: VERSION,
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "vcs", url: HOME_PAGE }],
      },
    },
    components: inside,
    dependencies: [{ ref: flavour, dependsOn: inside.map((one) => one["bom-ref"]) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function component({ registry, name, version, license, integrity }: Package) {
  const purl = `pkg:${registry}/${name.replace("@", "%40")}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ license: { id: license } }] }),
    ...(integrity === undefined ? {} : {
      hashes: [{ alg: "SHA-512", content: hex(integrity.replace("sha512-", "")) }],
    }),
  };
}

function hex(base64: string): string {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).toHex();
}
