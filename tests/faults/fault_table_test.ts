/** The table of faults: every test that it names exists, and it leaves no fault out that the tests know. */
import assert from "node:assert/strict";
import type { PatienceRule } from "../../lib/uplink/limits.ts";

const ROOT = new URL("../../", import.meta.url);
const FAULTS = Deno.readTextFileSync(new URL(".github/FAULTS.md", ROOT));

/** Faults that use has found, by their ids: how many of each kind there are. `S` is what `serve` and the real server did apart. */
const FOUND = { A: 22, B: 17, C: 7, D: 8, S: 16 } as const;

/** First and last cells of the rows of the tables whose last column is headed `Test`. */
function rows(): readonly (readonly [fault: string, test: string])[] {
  const found: [string, string][] = [];
  let inTable = false;
  for (const line of FAULTS.split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    if (!line.startsWith("|")) inTable = false;
    else if (cells.at(-2) === "Test") inTable = true;
    else if (inTable && !/^[-: ]*$/.test(cells.at(-2) ?? "")) found.push([cells[1] ?? "", cells.at(-2) ?? ""]);
  }
  return found;
}

/** Names of all tests, as patterns: what a template fills in may be anything. */
function testPatterns(folder: string): readonly RegExp[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testPatterns(`${folder}/${name}`);
    if (!name.endsWith("_test.ts")) return [];
    const text = Deno.readTextFileSync(new URL(`${folder}/${name}`, ROOT));
    return [...text.matchAll(TEST)].flatMap(([, caller, literal = '""']) => {
      // A contract is a test of each engine, which its name begins with.
      const engine = caller === "contract" ? "(?:node:sqlite|@db/sqlite): " : "";
      if (literal.startsWith('"')) return new RegExp(`^${engine}${escaped(JSON.parse(literal))}$`);
      const parts = literal.slice(1, -1).split(/\$\{(?:[^{}`]|`[^`]*`)*\}/);
      // A name that is all filled in would be any name.
      if (parts.join("").length < 8) return [];
      return new RegExp(`^${engine}${parts.map(escaped).join("(.+)")}$`);
    });
  });
}

/** `Deno.test`, with a name or with options that begin with it, and functions that call it, such as `posixTest`. */
const TEST = /\b(\w*[tT]est|contract)\((?:\{\s*name:)?\s*("(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;

function escaped(text: string): string {
  return text.replace(/\\`/g, "`").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

Deno.test("the table of faults names tests that exist, each once", () => {
  const patterns = testPatterns("tests");
  const names = rows().map(([, test]) => test);
  assert.ok(names.length > 60, `${names.length} tests are named`);
  assert.deepEqual(names.filter((name) => !patterns.some((pattern) => pattern.test(name))), []);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("the table of faults names every fault that use has found, by its id, with a test", () => {
  const ids = Object.entries(FOUND).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, i) => `${kind}${i + 1}`)
  );
  const named = new Set(rows().flatMap(([fault]) => fault.match(/\b[A-Z]\d+\b/g) ?? []));
  assert.deepEqual(ids.filter((id) => !named.has(id)), []);
  assert.deepEqual([...named].filter((id) => !ids.includes(id)), []);
});

Deno.test("the table of faults tells the limits that are in force", async () => {
  const { FIRST_WAIT, LIMITS, PATIENCE } = await import("../../lib/uplink/limits.ts");
  for (const [name, ms] of Object.entries(LIMITS)) {
    if (name === "keepaliveMs") continue;
    assert.match(FAULTS, new RegExp(`\\| ${ms / 1_000} s \\(\`${name}\`\\)`), name);
  }
  // Every rule of patience has its row.
  const bounds = {
    reconnect: "connection under way",
    session: "connection under way",
    call: "a call that fails",
    alone: "a call outside a transaction",
    medium: "a medium ",
    plan: "planning a restore",
    group: "a group of a restore",
    proof: "reading a restore back",
  } as const satisfies Readonly<Record<keyof typeof PATIENCE, string>>;
  for (const [name, what] of Object.entries(bounds)) {
    const { tries, forMs = 0 }: PatienceRule = PATIENCE[name as keyof typeof PATIENCE];
    const bound = tries === undefined ? `${forMs / 60_000} minutes?` : String(tries);
    assert.match(FAULTS, new RegExp(`\\| ${what}[^|]*\\| ${bound} `), what);
  }
  const { watchedMs, unwatchedMs } = FIRST_WAIT;
  const wait = `${watchedMs / 1_000} s on a terminal, ${unwatchedMs / 60_000} minutes without one`;
  assert.match(FAULTS, new RegExp(`\\| first connection[^|]*\\| [^|]*${wait}`));
  assert.match(FAULTS, new RegExp(`\\| database connections[^|]*\\| ${PATIENCE.call.also.forMs / 60_000} minutes `));
  const { SETTLE_MS } = await import("../../lib/restore/job/restore_options.ts");
  assert.match(FAULTS, new RegExp(`\\| ${SETTLE_MS / 1_000} s \\(\`SETTLE_MS\`\\)`));
});
