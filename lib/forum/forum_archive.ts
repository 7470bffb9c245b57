/**
 * Makes an archive from a file of the forum scripts, so that it can be restored like any other, and says what such a
 * file cannot hold. The file itself is only read.
 */
import { type ArchiveWriter, createArchive } from "../archive/making/archive_writer.ts";
import { type Engine } from "../sqlite/engine.ts";
import { textOf } from "../sqlite/sql_value.ts";
import { openEngine } from "../sqlite/open_engine.ts";
import { completeArchive, nameArchive } from "../archive/making/finish.ts";
import { type ForumFile, readForumFile } from "./forum_file.ts";
import { PARTIAL_SUFFIX } from "../archive/catalogue/identity.ts";
import type { TableLayout } from "../ddl/archive_layout.ts";
import { archiveLayout } from "../ddl/lay_out_archive.ts";
import { quoteName } from "../ddl/quote.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { AppSchema } from "../schema/model/app_schema.ts";
import { readSchemaText } from "../schema/read_schema_text.ts";
import { isArray, isObject, type Json, type JsonObject, parseExact, stringifyExact } from "../json/exact_json.ts";
import { parseRowId } from "../value/row_id.ts";
import { forumCell } from "./forum_cell.ts";

/** The result of a conversion. */
export interface ConvertedForum {
  /** What the file cannot say, in sentences. */
  readonly limits: readonly string[];
  /** Whether the script had finished the file. */
  readonly isWhole: boolean;
}

/** Rows that are read at once. */
const BATCH = 500;

/** What every such file has lost. */
const LIMITS: readonly string[] = [
  "This file was made by the forum script: it has no digests, no counts and no snapshot, so nothing in it can be checked",
  "It does not tell 1.0 from 1, nor true from 1 inside simple objects; a bare text there that looks like a list is one",
];

/**
 * Converts a file.
 * @throws {AnvilSqliteError} `bad-forum-file` (exit 20)
 */
export async function convertForumFile(from: string, to: string): Promise<ConvertedForum> {
  const engine = await openEngine(from, { mode: "read" });
  try {
    const forum = readForumFile(engine);
    const schema = forumSchema(engine, forum);
    const { plan } = archiveLayout(schema);
    const writer = await createArchive(to + PARTIAL_SUFFIX, { plan });
    try {
      const media = copyMedia(engine, writer);
      for (const table of writer.tables) {
        if (forum.tables.some(({ name }) => name === table.table.name)) copyRows(engine, writer, table, media);
      }
      const appId = appIdOf(forum);
      completeArchive(writer, {
        provenance: () => [["app_id", appId], ["schema_source", `forum script's file ${from}`]],
      });
    } catch (error) {
      writer.close();
      throw error;
    }
    await nameArchive(writer, to);
    return { limits: limitsOf(forum), isWhole: forum.provenance.has("backup_end") };
  } finally {
    engine.close();
  }
}

function limitsOf({ changed, cut, missing }: ForumFile): readonly string[] {
  return [
    ...LIMITS,
    ...changed.map(({ table, column, count }) =>
      `Column '${column}' of table '${table}': SQLite had turned ${count} texts into numbers; they come back as the ` +
      "digits of those, without leading zeros and the like"
    ),
    ...cut.map(({ table, column, count }) =>
      `Column '${column}' of table '${table}': ${count} texts hold NUL, and what is behind it does not come back`
    ),
    ...missing.map((table) => `Table '${table}' is not in the file`),
  ];
}

/** The schema as the script stored it; table ids that it did not know are taken from the rows. */
function forumSchema(engine: Engine, forum: ForumFile): AppSchema {
  const source = parsedSchema(forum);
  const { schema } = readSchemaText(stringifyExact({ db_schema: source }), "source_schema_json");
  const held = new Set(forum.tables.map(({ name }) => name));
  const ids = new Map(
    schema.tables.map(({ name, id }) => [name, id ?? (held.has(name) ? idInRows(engine, name) : null)]),
  );
  return {
    ...schema,
    tables: schema.tables.filter(({ name }) => held.has(name)).map((table) => ({
      ...table,
      id: ids.get(table.name) ?? null,
      columns: table.columns.map((column) => ({
        ...column,
        targetId: column.targetId ?? (column.target === null ? null : ids.get(column.target) ?? null),
      })),
    })),
  };
}

function parsedSchema({ provenance }: ForumFile): Json {
  try {
    const source = parseExact(provenance.get("source_schema_json") ?? "null");
    return isArray(source) ? source.map(withAccess) : source;
  } catch (cause) {
    throw new AnvilSqliteError("The forum script's file does not hold the schema it was made with", {
      code: "bad-forum-file",
      hint: "Make a new backup with this program.",
      cause,
    });
  }
}

/** The 2020 script replaced a table's `access` by its JSON text. */
function withAccess(table: Json): Json {
  if (!isObject(table) || typeof table["access"] !== "string") return table;
  return { ...table, access: parseExact(table["access"]) };
}

function appIdOf(forum: ForumFile): string {
  const source = parsedSchema(forum);
  const [first] = isArray(source) ? source : [];
  const access: JsonObject = isObject(first) && isObject(first["access"]) ? first["access"] : {};
  return typeof access["app_id"] === "string" ? access["app_id"] : "";
}

function idInRows(engine: Engine, table: string): number | null {
  const [row] = engine.query(`SELECT _anvil_row_id FROM ${quoteName(table)} LIMIT 1`);
  return parseRowId(textOf(row?.[0]) ?? "")?.table ?? null;
}

/** Copies media. @returns their ids in the archive by row id in the file */
function copyMedia(engine: Engine, writer: ArchiveWriter): ReadonlyMap<bigint, bigint> {
  const ids = new Map<bigint, bigint>();
  const statement = engine.prepare("SELECT content_type, name, bytes FROM _anvil_media_objects WHERE rowid = ?1");
  for (const [rowid] of engine.query("SELECT rowid FROM _anvil_media_objects ORDER BY rowid")) {
    const key = BigInt(String(rowid));
    const [contentType, name, bytes] = statement.rows([key])[0] ?? [];
    const use = { contentType: textOf(contentType), name: textOf(name), manager: "forum-script", id: String(key) };
    const id = writer.transaction(() => writer.media.addUse(use, bytes instanceof Uint8Array ? "pending" : "failed"));
    ids.set(key, id);
    if (!(bytes instanceof Uint8Array)) continue;
    const receipt = writer.media.receive(id);
    receipt.begin();
    receipt.chunk(bytes);
    receipt.store();
  }
  statement.finalize();
  return ids;
}

function copyRows(engine: Engine, writer: ArchiveWriter, plan: TableLayout, media: ReadonlyMap<bigint, bigint>): void {
  const table = quoteName(plan.table.name);
  const names = plan.columns.map(({ column }) => quoteName(column.name));
  const statement = engine.prepare(
    `SELECT ${
      ["rowid", "_anvil_row_id", ...names].join(", ")
    } FROM ${table} WHERE rowid > ?1 ORDER BY rowid LIMIT ${BATCH}`,
  );
  const rows = writer.rows(plan);
  let copied = 0;
  for (let after = 0n;;) {
    const batch = statement.rows([after]);
    writer.transaction(() => {
      for (const [, id, ...cells] of batch) {
        const row = parseRowId((textOf(id) ?? "").replaceAll(" ", ""));
        if (row === null) continue;
        copied++;
        rows.write([{
          id: row.row,
          cells: plan.columns.map(({ column }, i) => forumCell(column.kind, cells[i] ?? null, media)),
        }]);
      }
    });
    const last = batch.at(-1)?.[0];
    if (batch.length < BATCH || last === undefined) break;
    after = BigInt(String(last));
  }
  rows.finalize();
  statement.finalize();
  writer.transaction(() => writer.recordOutcome(plan, { state: "copied", rowsServer: null, rowsCopied: copied }));
}
