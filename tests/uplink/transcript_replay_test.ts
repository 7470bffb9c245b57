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
} from "../../lib/json/exact_json.ts";
import { type ColumnKind, columnKind } from "../../lib/schema/model/column_kind.ts";
import {
  AbsentValue,
  cellDecoder,
  type Decoded,
  entryDecoder,
  isMediaHandle,
  OddValue,
  plainWireValue,
  wireDatetime,
} from "../../lib/tables/cell_codec.ts";
import { linkedRows } from "../../lib/value/cell.ts";
import { classifyServerFrame, objectsOf } from "../../lib/uplink/frames.ts";
import type { WireObject } from "../../lib/uplink/wire_object.ts";
import { readTranscript, serverTexts, transcripts } from "../fixtures/files/transcripts.ts";

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
  if (cell instanceof AbsentValue) return { absent: cell.reason };
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

/** The cell of a value, which is JSON in place or the entry that supplies it. */
function decoded(kind: ColumnKind, target: number | null, value: Json): Decoded {
  return isObject(value) && isArray(value["path"]) ? entryDecoder(kind)(value) : cellDecoder(kind, target)(value);
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
        for (const [row, value] of column.values) {
          const cell = decoded(kind, column.target, value);
          assert.deepEqual(encoded(kind, cell), sent(value), `${name} ${column.table} ${row} ${column.name}`);
          if (value !== null) seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
      }
    }
  }
  const all = ["bool", "date", "datetime", "link_multiple", "link_single", "media", "number", "simpleObject", "string"];
  assert.deepEqual([...seen.keys()].sort(), all);
});

/** Rows of `all_types`, a line each: the text in column `s`, then `column=cell` for each other cell that is not None. */
function allTypesRows(transcript: string): readonly string[] {
  const lines = new Set<string>();
  for (const text of serverTexts(transcript)) {
    const columns = sentColumns(parseExact(text)).filter(({ table }) => table === '{"id":12}');
    const titles = columns.find(({ name }) => name === "s")?.values ?? new Map<string, Json>();
    for (const [row, title] of titles) {
      const cells = columns.filter(({ name }) => name !== "s").flatMap(({ name, type, target, values }) => {
        const cell = decoded(columnKind(type), target, values.get(row) ?? null);
        return cell === null ? [] : [`${name}=${shown(cell)}`];
      });
      lines.add([String(title).replace(/^\w+:/, ""), ...cells].join(" "));
    }
  }
  return [...lines];
}

function shown(cell: Decoded): string {
  if (cell === null || cell instanceof OddValue) return "odd";
  if (isMediaHandle(cell)) return `${cell.manager} ${cell.id} ${cell.contentType} ${cell.name} ${cell.length}`;
  return typeof cell === "bigint" ? `${cell}n` : String(cell);
}

replayTest("classic storage: the rows of all_types are exactly those that the Python client printed", () => {
  assert.deepEqual(allTypesRows("v2_05_all_types.jsonl"), [
    "int n=1n",
    "float n=0.1",
    "2^53+1 n=9007199254740993n",
    "10^30 n=1000000000000000000000000000000",
    "bool true b=1n",
    "none all",
    "date d=2024-02-29",
    "date min d=0001-01-01",
    "date max d=9999-12-31",
    "date 1900 d=1900-01-01",
    "dt tz +5:30 dt=2024-07-08T09:10:11.123456+05:30",
    "dt naive us dt=2024-01-02T03:04:05.678901+00:00",
    `so2 {'a': 1, 'b': [1, 2, {'c': Non so={"a":1,"b":[1,2,{"c":null}],"d":true}`,
    'link many=["[5,198]","[5,199]"] one=[5,200]',
    "multi empty many=[]",
    'multi order many=["[5,206]","[5,199]","[5,202]"]',
    "media 1 byte m=table-media 2000015 text/plain x.txt null",
    "media noname m=table-media 2000016 image/png null null",
    'dangling many=["[5,216]","[5,197]"] one=[5,216]',
    'self self_many=["[12,214]","[12,215]"] self_one=[12,214]',
    'self2 self_many=["[12,214]"] self_one=[12,214]',
  ]);
});

replayTest("split storage: the same, where an empty multi-link is never None and a number is a double", () => {
  const lines = allTypesRows("split_05_all_types.jsonl");
  for (const line of lines) assert.match(line, / many=.* self_many=/);
  const filled = lines.map((line) => line.replaceAll(/ (self_)?many=\[\]/g, ""));
  assert.deepEqual([...new Set(filled)], [
    "int n=1n",
    "float n=0.1",
    "2^53+1 n=9007199254740992n",
    "10^30 n=1000000000000000000000000000000",
    "bool true b=1n",
    "none all",
    "date d=2024-02-29",
    "date min d=0001-01-01",
    "date max d=9999-12-31",
    "date 1900 d=1900-01-01",
    "dt tz +5:30 dt=2024-07-08T09:10:11.123456+05:30",
    "dt naive us dt=2024-01-02T03:04:05.678901+00:00",
    `so2 {'a': 1, 'b': [1, 2, {'c': Non so={"a":1,"b":[1,2,{"c":null}],"d":true}`,
    'link many=["[5,2]","[5,3]"] one=[5,4]',
    'link many=["[5,13]","[5,14]"] one=[5,15]',
    "multi empty",
    'multi order many=["[5,10]","[5,3]","[5,6]"]',
    'multi order many=["[5,21]","[5,14]","[5,17]"]',
    'media 1 byte m=table-media-s [12,83,"TQVNsWA41A1m"] text/plain x.txt null',
    'media 1 byte m=table-media-s [12,169,"TQVNsWA41A1m"] text/plain x.txt null',
    'media noname m=table-media-s [12,170,"TQVNsWA41A1m"] image/png null null',
    'dangling many=["[5,1]"]',
    'dangling many=["[5,12]"]',
    'self self_many=["[12,80]","[12,81]"] self_one=[12,80]',
    'self2 self_many=["[12,80]"] self_one=[12,80]',
    'self self_many=["[12,165]","[12,166]"] self_one=[12,165]',
    'self2 self_many=["[12,165]"] self_one=[12,165]',
  ]);
});
