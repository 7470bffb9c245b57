/** Every real anvil.yaml that lies beside the repository; skipped, with a message, where that folder is absent. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { parseYaml } from "../../lib/deps.ts";
import { archiveLayout, planDdlText } from "../../lib/ddl/lay_out_archive.ts";
import { AnvilSqliteError } from "../../lib/errors.ts";
import type { AppSchema } from "../../lib/schema/model/app_schema.ts";
import { compareSchemas } from "../../lib/schema/drift.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { schemaFromJson, schemaToJson } from "../../lib/schema/schema_json.ts";
import { toAnvilYaml } from "../../lib/schema/to_anvil_yaml.ts";
import { isMapping } from "../../lib/schema/read/two_readings.ts";

const FOLDER = new URL("../../../shared/anvil-yaml/", import.meta.url);
const WITHOUT_SCHEMA = ["199", "201", "202", "204", "206", "207", "209"].map((number) => `${number}.yaml`);

const index = readIndex();
if (index === null) console.log(`corpus_test: ${FOLDER.pathname} is not there, its tests are skipped`);

/** Number of tables and columns by file name, null when the folder is not there. */
function readIndex(): ReadonlyMap<string, string> | null {
  try {
    const [, ...rows] = Deno.readTextFileSync(new URL("index.tsv", FOLDER)).trimEnd().split("\n");
    return new Map(rows.map((row) => row.split("\t")).map((cells) => [cells[0] ?? "", `${cells[7]} ${cells[8]}`]));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const files = [...(index ?? new Map<string, string>()).keys()];
const read = (file: string) => readSchemaText(Deno.readTextFileSync(new URL(file, FOLDER)), file);
const ddl = (schema: AppSchema) => planDdlText(archiveLayout(schema).plan);
const withSchema = files.filter((file) => !WITHOUT_SCHEMA.includes(file));

function corpusTest(name: string, fn: () => void): void {
  Deno.test({ name, ignore: index === null, fn });
}

corpusTest("readSchemaText() translates every real file, with as many tables and columns as it has", () => {
  for (const file of withSchema) {
    const { tables } = read(file).schema;
    const found = `${tables.length} ${tables.reduce((sum, { columns }) => sum + columns.length, 0)}`;
    assert.equal(found, index?.get(file), file);
  }
});

corpusTest("readSchemaText() refuses exactly the real files without a schema", () => {
  for (const file of WITHOUT_SCHEMA) {
    assert.throws(() => read(file), (error) => {
      assert(error instanceof AnvilSqliteError);
      assert.deepEqual([error.code, error.exitCode], ["not-a-schema", 2]);
      return true;
    });
  }
});

corpusTest("readSchemaText() warns of the duplicate key in 066, and only there", () => {
  const warned = withSchema.filter((file) => read(file).warnings.some(({ code }) => code === "duplicate-key"));
  assert.deepEqual(warned, ["066.yaml"]);
});

corpusTest("archiveLayout() of every real file loads into SQLite, and two runs give identical text", () => {
  for (const file of withSchema) {
    const text = ddl(read(file).schema);
    assert.equal(ddl(read(file).schema), text, file);
    const db = new DatabaseSync(":memory:");
    db.exec(text);
    db.close();
  }
});

corpusTest("archiveLayout() of every real file gives the same text with every mapping's keys in reverse", () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (!isMapping(value)) return value;
    return Object.fromEntries(Object.keys(value).reverse().map((key) => [key, reversed(value[key])]));
  };
  for (const file of withSchema) {
    const text = Deno.readTextFileSync(new URL(file, FOLDER));
    const other = JSON.stringify(reversed(parseYaml(text, { schema: "core", allowDuplicateKeys: true })));
    assert.equal(ddl(readSchemaText(other, file).schema), ddl(read(file).schema), file);
  }
});

corpusTest("schemaToJson() of every real file reads back equal", () => {
  for (const file of withSchema) {
    const { schema } = read(file);
    assert.deepEqual(schemaFromJson(schemaToJson(schema)), schema, file);
  }
});

corpusTest("toAnvilYaml() of every real file reads back without drift, and equal where it was a mapping", () => {
  for (const file of withSchema.filter((file) => file !== "012.yaml")) {
    const { schema } = read(file);
    const back = readSchemaText(toAnvilYaml(schema), file).schema;
    assert.deepEqual(compareSchemas(schema, back), [], file);
    // 039 has an old link column in a mapping, with attributes that the mapping shape does not have.
    if (schema.source === "db_schema mapping" && file !== "039.yaml") assert.deepEqual(back, schema, file);
  }
});
