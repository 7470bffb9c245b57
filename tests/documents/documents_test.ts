/** What the documents say of the source is so. */
import assert from "node:assert/strict";
import { APPLICATION_ID, FORMAT_VERSION } from "../../lib/archive/catalogue/identity.ts";
import { BLOB_CHUNK_BYTES } from "../../lib/ddl/catalogue_tables.ts";
import { MAX_NAME_LENGTH } from "../../lib/ddl/sql_names.ts";
import { ROOT } from "../architecture/source_tree.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(name, ROOT));
const DOCUMENTS = [
  "README.md",
  ...[...Deno.readDirSync(new URL(".github/", ROOT))].map(({ name }) => `.github/${name}`).filter((name) =>
    name.endsWith(".md")
  ),
];

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

Deno.test("every file and folder of the source that a document names is there", () => {
  for (const document of DOCUMENTS) {
    const paths = [...read(document).matchAll(/`((?:lib|tests|\.github)\/[\w./-]+|main\.ts|deno\.json)`/g)];
    assert.deepEqual(paths.map(([, path]) => path ?? "").filter((path) => !exists(path)), [], document);
  }
});

Deno.test("every name in ARCHITECTURE that comes before a file is exported by it", () => {
  const named = [...read(".github/ARCHITECTURE.md").matchAll(/`(\w+)`(?: and `(\w+)`)?\s+\(`(lib\/[\w/]+\.ts)`\)/g)];
  assert.ok(named.length > 15, `${named.length} names`);
  for (const [, first = "", second, path = ""] of named) {
    for (const name of [first, ...second === undefined ? [] : [second]]) {
      assert.match(read(path), new RegExp(`export (?:async )?(?:function|class|const|interface) ${name}\\b`), path);
    }
  }
});

Deno.test("FORMAT has the numbers of the program", () => {
  const format = read(".github/FORMAT.md");
  assert.match(format, new RegExp(`application_id\` *\\| ${APPLICATION_ID}, `));
  assert.match(format, new RegExp(`user_version\` *\\| the format: ${FORMAT_VERSION} `));
  assert.match(format, new RegExp(`longer than ${MAX_NAME_LENGTH} characters`));
  assert.ok(format.includes(BLOB_CHUNK_BYTES.toLocaleString("en-US")));
});

Deno.test("every task that a document tells to run is one", () => {
  const tasks = Object.keys(JSON.parse(read("deno.json")).tasks);
  for (const document of DOCUMENTS) {
    const told = [...read(document).matchAll(/(?:deno(?:@[\d.]+)?|`) ?task ([\w:-]+)/g)].map(([, task]) => task ?? "");
    assert.deepEqual(told.filter((task) => !tasks.includes(task)), [], document);
  }
});
