/**
 * The digests once more, by other code, written from the documentation of `canonical.ts` and `table_digest.ts` alone and
 * read by plain SQL: what is documented there is enough to check a file without this program.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { type ArchiveContent, buildArchive } from "../../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { bigApp } from "../../fixtures/apps/big_app.ts";
import { oddApp } from "../../fixtures/apps/odd_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";

const ROWS = { returnArrays: true, readBigInts: true };
const utf8 = (text: string) => Buffer.from(text, "utf8");
const tag = (character: string) => utf8(character);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

const text = (value: string) => Buffer.concat([u32(utf8(value).length), utf8(value)]);
const opt = (value: string | null) => value === null ? tag("n") : Buffer.concat([tag("s"), text(value)]);
const sha256 = (...parts: readonly Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** A JSON number that keeps its source. */
class Source {
  constructor(readonly source: string) {}
}

/** `digits e power`, without zeros at either end of the digits. */
function decimal(source: string): string {
  const [mantissa = "", power = "0"] = source.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return "0e0";
  return `${sign}${kept}e${BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - kept.length)}`;
}

function jsonValue(value: unknown): Buffer {
  if (value === null) return tag("n");
  if (typeof value === "boolean") return Buffer.concat([tag("b"), Buffer.from([value ? 1 : 0])]);
  if (typeof value === "string") return Buffer.concat([tag("s"), text(value)]);
  if (value instanceof Source) {
    const { source } = value;
    if (!/[.eE]/.test(source)) return Buffer.concat([tag("i"), text(BigInt(source).toString())]);
    const exact = decimal(source) === decimal(String(Number(source)));
    return exact ? Buffer.concat([tag("f"), double(Number(source))]) : Buffer.concat([tag("d"), text(decimal(source))]);
  }
  if (Array.isArray(value)) return Buffer.concat([tag("a"), u32(value.length), ...value.map(jsonValue)]);
  const members = Object.entries(value ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
  const parts = members.flatMap(([key, member]) => [text(key), jsonValue(member)]);
  return Buffer.concat([tag("m"), u32(members.length), ...parts]);
}

/** Parses a JSON text and keeps how each number is spelled. */
function parse(source: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? new Source(context?.source ?? "") : value;
  return JSON.parse(source, reviver);
}

function plain(cell: SQLOutputValue): Buffer {
  if (cell === null) return tag("n");
  if (typeof cell === "bigint") return Buffer.concat([tag("i"), text(String(cell))]);
  if (typeof cell === "number") return Buffer.concat([tag("f"), double(cell)]);
  return Buffer.concat([tag("s"), text(String(cell))]);
}

/** Digests all tables of a file, and the file. */
function digestsOf(path: string): { readonly tables: ReadonlyMap<string, string>; readonly file: string } {
  using database = new DatabaseSync(path, { readOnly: true, ...ROWS });
  const query = (sql: string, ...values: (string | bigint)[]): SQLOutputValue[][] => {
    const rows: unknown = database.prepare(sql).all(...values);
    return rows as SQLOutputValue[][];
  };
  const quoted = (name: SQLOutputValue | undefined) => `"${String(name).replaceAll('"', '""')}"`;
  const media = new Map(
    query("SELECT id, sha256, content_type, name FROM _anvil_media_objects").map(([id, ...facts]) => [id, facts]),
  );

  const cell = (kind: string, value: SQLOutputValue): Buffer => {
    if (value === null) return tag("n");
    switch (kind) {
      case "bool":
        return value === 0n || value === 1n ? Buffer.concat([tag("b"), Buffer.from([Number(value)])]) : plain(value);
      case "number":
        return typeof value === "string" && /^-?\d+$/.test(value)
          ? Buffer.concat([tag("i"), text(value)])
          : plain(value);
      case "simpleObject":
      case "unknown":
        return Buffer.concat([tag("o"), jsonValue(parse(String(value)))]);
      case "link_single":
        return Buffer.concat([tag("l"), text(String(value))]);
      case "link_multiple": {
        const targets: string[] = JSON.parse(String(value));
        return Buffer.concat([tag("L"), u32(targets.length), ...targets.map(text)]);
      }
      case "media": {
        const [hash, type, name] = (media.get(value) ?? []).map((fact) => fact === null ? null : String(fact));
        const about = Buffer.concat([opt(type ?? null), opt(name ?? null)]);
        if (hash === null || hash === undefined) return Buffer.concat([tag("X"), about]);
        return Buffer.concat([tag("M"), Buffer.from(hash, "hex"), about]);
      }
      default:
        return plain(value);
    }
  };

  const tables = new Map<string, string>();
  const file: Buffer[] = [text("anvil-sqlite-1 file")];
  const listed = query(
    "SELECT id, python_name, sql_name, row_id_sql_name FROM _anvil_tables WHERE digest IS NOT NULL ORDER BY id",
  );
  for (const [id, pythonName, sqlName, rowIdName] of listed) {
    const columns = query(
      "SELECT name, kind, table_id, sql_name FROM _anvil_columns WHERE _anvil_table_id = ?",
      BigInt(String(id)),
    )
      .sort(([a], [b]) => String(a) < String(b) ? -1 : 1);
    const selected = [rowIdName, ...columns.map((column) => column[3])].map(quoted).join();
    const blocks = new Map<bigint, Buffer[]>();
    const rows = query(`SELECT ${selected} FROM ${quoted(sqlName)}`).map(([rowId, ...cells]) => {
      const parts: [number, bigint] = JSON.parse(
        String(rowId),
        (_key, value, context?: { source?: string }) =>
          typeof value === "number" ? BigInt(context?.source ?? "") : value,
      );
      return { row: parts[1], cells };
    });
    rows.sort((a, b) => a.row < b.row ? -1 : 1);
    for (const { row, cells } of rows) {
      const form = [tag("R"), u64(row), ...columns.map(([, kind], i) => cell(String(kind), cells[i] ?? null))];
      const forms = blocks.get(row / 4_096n) ?? [];
      forms.push(Buffer.concat(form));
      blocks.set(row / 4_096n, forms);
    }
    const digest = sha256(
      text("anvil-sqlite-1 table"),
      text(String(pythonName)),
      u32(columns.length),
      ...columns.flatMap(([name, kind, target]) => [
        text(String(name)),
        text(String(kind)),
        opt(target === null ? null : `[${target}]`),
      ]),
      ...[...blocks].flatMap(([block, forms]) => [u64(block), u32(forms.length), sha256(...forms)]),
    );
    tables.set(String(pythonName), digest.toString("hex"));
    file.push(u64(BigInt(String(id))), digest);
  }
  return { tables, file: sha256(...file).toString("hex") };
}

const NUMBERS = smallApp({
  numbers: {
    columns: { o: "simpleObject", n: "number", ["é"]: "string", ["Z"]: "bool" },
    rows: [
      [
        `[1,1.0,-0.0,1e5,1e400,9007199254740993,123456789012345678901234567890,0.1,0.30000000000000004,5e-324]`,
        1n,
        "é",
        1n,
      ],
      [`{"":{"b":[],"a":{}},"10":1,"9":"😀"}`, 1, "", 0n],
      [`"text"`, "123456789012345678901234567890", null, null],
      ["null", -0.5, "x".repeat(1_000), null],
    ],
  },
});

const APPS: readonly (readonly [name: string, content: () => ArchiveContent])[] = [
  ["the sample app", sampleApp],
  ["an app with every type and oddity", oddApp],
  ["numbers in objects", () => NUMBERS],
  ["rows in many blocks, with links and media", () => bigApp({ rows: 4_500, links: 300, media: 20 })],
];

for (const [name, content] of APPS) {
  Deno.test(`digests computed again from their documentation are those in the file: ${name}`, async () => {
    using dir = tempDir();
    const path = dir.file("app.sqlite");
    await buildArchive(path, content());
    using database = new DatabaseSync(path, { readOnly: true, ...ROWS });
    const found: unknown = database.prepare("SELECT python_name, digest FROM _anvil_tables WHERE digest IS NOT NULL")
      .all();
    const stored = new Map(found as [string, string][]);
    const computed = digestsOf(path);
    assert.ok(stored.size > 0);
    assert.deepEqual(Object.fromEntries(computed.tables), Object.fromEntries(stored));
    const file: unknown = database.prepare("SELECT value FROM _provenance WHERE key = 'digest'").get();
    assert.deepEqual(file, [computed.file]);
  });
}
