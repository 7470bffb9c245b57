/**
 * The app's tables as they were at a snapshot: state, counts, digests, columns, and which numbered columns hold them. A
 * table keeps its number in the vault for ever. It reads and writes catalogue lines only, never a row.
 */
import { createHash } from "node:crypto";
import { TABLE_STATES, type TableState } from "../../ddl/catalogue_tables.ts";
import { isArray, isObject, type Json, numberSource, parseExact, stringifyExact } from "../../json/exact_json.ts";
import type { TableSchema } from "../../schema/model/app_schema.ts";
import { schemaFromJson, schemaToJson } from "../../schema/schema_json.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { type SqlRow, textOf } from "../../sqlite/sql_value.ts";
import { damagedVault } from "./open_vault.ts";

/** Columns of a table, and the numbered columns in which they are stored. */
export interface StoredSchema {
  readonly table: TableSchema;
  /** The number in its row ids. */
  readonly tableId: number;
  /** For each of the table's columns its numbered column; empty for a table that the file only listed. */
  readonly stored: readonly number[];
}

/** A table at a snapshot. */
export interface StoredTable extends StoredSchema {
  /** Its number in the vault. */
  readonly number: number;
  /** Place in the catalogue; null when the app no longer has it. */
  readonly position: number | null;
  readonly state: TableState;
  readonly rowsServer: number | null;
  readonly rowsCopied: number | null;
  readonly digest: string | null;
  /** Digest of what is known of the media in its cells; null when no column holds media, or the rows were not read. */
  readonly mediaDigest: string | null;
  readonly schemaId: number;
}

const COLUMNS =
  "t.table_number, t.position, t.state, t.schema_id, t.rows_server, t.rows_copied, t.digest, t.media_digest";

/** Reads tables of a vault; it parses every schema only once. */
export class TableStates {
  readonly #engine: Engine;
  readonly #schemas = new Map<number, StoredSchema>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Every table that was known at a snapshot, by number, including deleted ones. */
  at(snapshot: number): readonly StoredTable[] {
    return this.#engine.query(
      `SELECT ${COLUMNS} FROM (SELECT DISTINCT table_number FROM _anvil_table_states) AS known
      JOIN _anvil_table_states AS t ON t.table_number = known.table_number AND t._anvil_from = (
        SELECT max(_anvil_from) FROM _anvil_table_states
        WHERE table_number = known.table_number AND _anvil_from <= ?1) ORDER BY t.table_number`,
      [BigInt(snapshot)],
    ).map((row) => this.#table(row));
  }

  /** The tables of the app at a snapshot, in its order. */
  listed(snapshot: number): readonly StoredTable[] {
    return this.at(snapshot).filter(({ position }) => position !== null)
      .sort((a, b) => Number(a.position) - Number(b.position));
  }

  /**
   * The states of one table, by the snapshot at which each begins. A state that differs from the one before only in its
   * counts and digests is left out: most nights change no more.
   */
  life(number: number): readonly (readonly [from: number, table: StoredTable])[] {
    return this.#engine.query(
      `SELECT * FROM (
        SELECT ${COLUMNS}, t._anvil_from, lag(t.state) OVER own AS state_before, lag(t.schema_id) OVER own AS schema_before,
          lag(t.position IS NULL) OVER own AS gone_before
        FROM _anvil_table_states AS t WHERE t.table_number = ?1 WINDOW own AS (ORDER BY t._anvil_from))
      WHERE state IS NOT state_before OR schema_id IS NOT schema_before OR (position IS NULL) IS NOT gone_before
      ORDER BY _anvil_from`,
      [BigInt(number)],
    ).map((row) => [Number(row[8]), this.#table(row)] as const);
  }

  /** Stores a table of a new snapshot; writes nothing if it is unchanged. */
  note(snapshot: number, before: StoredTable | undefined, now: Omit<StoredTable, "schemaId">): void {
    const schemaId = this.#schemaId(now);
    const facts = (table: StoredTable | Omit<StoredTable, "schemaId">) =>
      JSON.stringify([
        table.position,
        table.state,
        table.rowsServer,
        table.rowsCopied,
        table.digest,
        table.mediaDigest,
      ]);
    if (before !== undefined && before.schemaId === schemaId && facts(before) === facts(now)) return;
    const count = (value: number | null) => value === null ? null : BigInt(value);
    this.#engine.run(
      `INSERT INTO _anvil_table_states (table_number, _anvil_from, position, state, schema_id, rows_server, rows_copied,
        digest, media_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
      [
        BigInt(now.number),
        BigInt(snapshot),
        count(now.position),
        now.state,
        BigInt(schemaId),
        count(now.rowsServer),
        count(now.rowsCopied),
        now.digest,
        now.mediaDigest,
      ],
    );
  }

  #schemaId(schema: StoredSchema): number {
    const text = schemaText(schema);
    const sha256 = createHash("sha256").update(text).digest("hex");
    const [known] = this.#engine.query("SELECT id FROM _anvil_schemas WHERE sha256 = ?1", [sha256]);
    if (known !== undefined) return Number(known[0]);
    this.#engine.run("INSERT INTO _anvil_schemas (sha256, schema) VALUES (?1, ?2)", [sha256, text]);
    return Number(this.#engine.query("SELECT last_insert_rowid()")[0]?.[0]);
  }

  #table(row: SqlRow): StoredTable {
    const count = (value: SqlRow[number] | undefined) => typeof value === "bigint" ? Number(value) : null;
    const schemaId = Number(row[3]);
    return {
      ...this.#schema(schemaId),
      number: Number(row[0]),
      position: count(row[1]),
      state: TABLE_STATES.find((state) => state === row[2]) ?? this.#damaged(`a table has the state '${row[2]}'`),
      rowsServer: count(row[4]),
      rowsCopied: count(row[5]),
      digest: textOf(row[6]),
      mediaDigest: textOf(row[7]),
      schemaId,
    };
  }

  #schema(id: number): StoredSchema {
    const known = this.#schemas.get(id);
    if (known !== undefined) return known;
    const [row] = this.#engine.query("SELECT schema FROM _anvil_schemas WHERE id = ?1", [BigInt(id)]);
    const text = textOf(row?.[0]) ?? this.#damaged(`the schema ${id} is missing`);
    const schema = readSchema(text) ?? this.#damaged(`the schema ${id} cannot be read`);
    this.#schemas.set(id, schema);
    return schema;
  }

  #damaged(what: string): never {
    throw damagedVault(this.#engine.path, what);
  }
}

function schemaText({ table, tableId, stored }: StoredSchema): string {
  return stringifyExact({
    table_id: tableId,
    stored,
    schema: schemaToJson({ source: "archive", tables: [table] }),
  });
}

function readSchema(text: string): StoredSchema | null {
  try {
    const json = parseExact(text);
    if (!isObject(json)) return null;
    const [table] = schemaFromJson(json["schema"] ?? null).tables;
    const tableId = whole(json["table_id"]);
    const list = json["stored"];
    const stored = isArray(list) ? list.map(whole) : [];
    if (table === undefined || tableId === null || stored.some((number) => number === null)) return null;
    if (stored.length !== 0 && stored.length !== table.columns.length) return null;
    return { table, tableId, stored: stored.flatMap((number) => number ?? []) };
  } catch {
    return null;
  }
}

function whole(json: Json | undefined): number | null {
  const number = Number(json === undefined ? NaN : numberSource(json) ?? NaN);
  return Number.isSafeInteger(number) ? number : null;
}
