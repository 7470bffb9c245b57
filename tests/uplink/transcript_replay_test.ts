/** What a real server sent is understood, and says the same when it is written again. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  parseExact,
  stringifyExact,
} from "../../lib/value/exact_json.ts";
import { columnKind } from "../../lib/schema/column_kind.ts";
import { cellDecoder, type Decoded, isMediaHandle, linkedRows, OddValue } from "../../lib/tables/cell_codec.ts";
import { plainWireValue, wireDatetime } from "../../lib/tables/cell_codec.ts";
import { classifyServerFrame, objectsOf } from "../../lib/uplink/frames.ts";
import type { WireObject } from "../../lib/uplink/wire_object.ts";
import { readTranscript, serverTexts, transcripts } from "../fixtures/transcripts.ts";

const names = transcripts ?? [];
function replayTest(name: string, fn: () => void): void {
  Deno.test({ name, ignore: transcripts === null, fn });
}

/** JSON as Deno reads it, but each number with its kind: `1` is an integer of any size, `1.0` and `1e22` are floats. */
function withNumberKinds(text: string): unknown {
  return JSON.parse(text, (_key, value, context?: { readonly source?: string }) => {
    if (typeof value !== "number") return value;
    const source = context?.source ?? "";
    return /^-?\d+$/.test(source) ? { integer: source } : { float: value };
  });
}

replayTest("every text frame of a real server is of a known kind, and all of its objects are readable", () => {
  const kinds = new Map<string, number>();
  for (const name of names) {
    for (const text of serverTexts(name)) {
      const frame = parseExact(text);
      const { kind } = classifyServerFrame(frame);
      assert.notEqual(kind, "ignored", `${name}: ${text.slice(0, 200)}`);
      if (isObject(frame)) objectsOf(frame);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  }
  assert.deepEqual([...kinds.keys()].sort(), ["auth", "chunk-header", "error", "fatal", "output", "response"]);
});

replayTest("a frame that was read is written as an equal message, each number with its value and kind", () => {
  for (const name of names) {
    for (const text of serverTexts(name)) {
      assert.deepEqual(withNumberKinds(stringifyExact(parseExact(text))), withNumberKinds(text), name);
    }
  }
});

replayTest("each binary frame follows the header of its chunk, also where text falls in between", () => {
  let chunks = 0;
  for (const name of names) {
    let headers = 0;
    for (const { dir, op, text, b64 } of readTranscript(name)) {
      if (dir !== "s>c") continue;
      if (text !== undefined && classifyServerFrame(parseExact(text)).kind === "chunk-header") headers++;
      if (op !== "binary") continue;
      if (b64 !== undefined) assert.equal(Buffer.from(b64, "base64").toString("base64"), b64, name);
      chunks++;
      headers--;
      assert.equal(headers, 0, name);
    }
  }
  assert.ok(chunks > 50, `${chunks} chunks`);
});

/** A column of a table's data on the wire, with its values by row id. */
interface SentColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly target: number | null;
  readonly values: ReadonlyMap<string, Json>;
}

/** The columns of every table in a reply, each value in place or as the object that stands for it. */
function sentColumns(frame: Json): readonly SentColumn[] {
  if (!isObject(frame) || !isArray(frame["response"])) return [];
  const index = frame["response"].findIndex((part) =>
    isObject(part) && Object.values(part).some((table) => isObject(table) && isObject(table["spec"]))
  );
  const data = frame["response"][index];
  if (!isObject(data)) return [];
  const objects = new Map(objectsOf(frame).map((entry) => [JSON.stringify(entry.path), entry]));
  return Object.entries(data).flatMap(([key, table]) =>
    isObject(table)
      ? columnsOf(key, table, (row, place) => objects.get(JSON.stringify(["response", index, key, "rows", row, place])))
      : []
  );
}

function columnsOf(
  key: string,
  table: JsonObject,
  objectAt: (row: string, place: number) => WireObject | undefined,
): readonly SentColumn[] {
  const spec = table["spec"];
  const rows = table["rows"] ?? {};
  if (!isObject(spec) || !isArray(spec["cols"]) || !isArray(spec["cache"]) || !isObject(rows)) return [];
  const cache = spec["cache"];
  const cached = spec["cols"].filter((_column, index) => cache[index] === 1);
  return cached.flatMap((column, place) => {
    if (!isObject(column)) return [];
    const values = Object.entries(rows).flatMap(([row, cells]): [string, Json][] =>
      isArray(cells) ? [[row, (objectAt(row, place) as Json | undefined) ?? cells[place] ?? null]] : []
    );
    const target = column["table_id"];
    return [{
      table: key,
      name: String(column["name"]),
      type: String(column["type"]),
      target: typeof target === "number" ? target : null,
      values: new Map(values),
    }];
  });
}

/** The wire's value of a decoded one, with only the members that say what it is. */
function encoded(kind: ReturnType<typeof columnKind>, cell: Decoded): unknown {
  if (cell === null) return null;
  if (cell instanceof OddValue) return { odd: cell.json };
  if (isMediaHandle(cell)) {
    const { manager, id, key, contentType, name, length } = cell;
    return { manager, id, key, "mime-type": contentType, name, length };
  }
  if (kind === "date") return { value: cell };
  if (kind === "datetime") return { value: wireDatetime(String(cell)) };
  if (kind === "link_single") return { integer: linkedRows(kind, String(cell))[0] };
  if (kind === "link_multiple") return linkedRows(kind, String(cell)).map((row) => ({ integer: row }));
  return withNumberKinds(stringifyExact(plainWireValue(kind, cell)));
}

/** What the server sent, without where it stands in the message. */
function sent(value: Json): unknown {
  if (!isObject(value) || !isArray(value["type"]) || !isArray(value["path"])) {
    return withNumberKinds(stringifyExact(value));
  }
  const { path: _path, type: _type, ...members } = value;
  return members;
}

replayTest("each cell that a real server sent goes into the archive's form and comes back equal", () => {
  const seen = new Map<string, number>();
  for (const name of names) {
    for (const text of serverTexts(name)) {
      for (const column of sentColumns(parseExact(text))) {
        const kind = columnKind(column.type);
        const decode = cellDecoder(kind, column.target);
        for (const [row, value] of column.values) {
          assert.deepEqual(encoded(kind, decode(value)), sent(value), `${name} ${column.table} ${row} ${column.name}`);
          if (value !== null) seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
      }
    }
  }
  const all = ["bool", "date", "datetime", "link_multiple", "link_single", "media", "number", "simpleObject", "string"];
  assert.deepEqual([...seen.keys()].sort(), all);
});
