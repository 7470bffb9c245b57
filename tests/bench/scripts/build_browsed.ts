/**
 * Builds a file to be looked at: one usual table of many rows, and media that bring it to its size.
 * Run it: deno run -A build_browsed.ts FILE ROWS MEGABYTES
 */
import { createArchive } from "../../../lib/archive/making/archive_writer.ts";
import { completeArchive, nameArchive } from "../../../lib/archive/making/finish.ts";
import { PARTIAL_SUFFIX } from "../../../lib/archive/catalogue/identity.ts";
import { archiveLayout } from "../../../lib/ddl/lay_out_archive.ts";
import { column, schemaOf, USUAL_TYPES, usualRow } from "../usual_rows.ts";

const BATCH = 10_000;
const MEDIUM_BYTES = 1_000_000;

const [path = "", rows = "0", megabytes = "0"] = Deno.args;
const columns = [...Object.entries(USUAL_TYPES), ["file", "media"] as const].map(([name, type]) => column(name, type));
const { plan } = archiveLayout(schemaOf("big", columns));
const writer = await createArchive(path + PARTIAL_SUFFIX, { plan });
const [table] = writer.tables;
if (table === undefined) throw new Error("No table");

const media = Math.floor(Number(megabytes) * 1e6 / MEDIUM_BYTES);
for (let n = 0; n < media; n++) {
  const use = { contentType: "image/png", name: `picture ${n}.png`, manager: "table-media", id: String(n) };
  const id = writer.transaction(() => writer.media.addUse(use, "pending"));
  const receipt = writer.media.receive(id);
  receipt.begin();
  const bytes = new Uint8Array(MEDIUM_BYTES).fill(n % 251);
  new DataView(bytes.buffer).setUint32(0, n);
  receipt.chunk(bytes);
  receipt.store();
}
const rowWriter = writer.rows(table);
const count = Number(rows);
for (let from = 0; from < count; from += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => {
    const row = usualRow(from + i);
    // Instants that are not in the order of rows, in two offsets.
    const minute = (from + i) * 7919 % 525_600;
    const instant = new Date(Date.UTC(2025, 0, 1) + minute * 60_000).toISOString().slice(0, 19);
    const cells = [...row.cells, from + i < media ? BigInt(from + i + 1) : null];
    cells[2] = `${instant}.000000${i % 2 === 0 ? "+05:30" : "+00:00"}`;
    return { id: row.id, cells };
  });
  writer.transaction(() => rowWriter.write(batch));
}
writer.transaction(() => writer.recordOutcome(table, { state: "copied", rowsServer: count, rowsCopied: count }));
completeArchive(writer, {
  provenance: () => [
    ["app_id", "BENCHAPP"],
    ["backup_start", "2026-11-28T02:07:00.000Z"],
    ["backup_end", "2026-11-28T02:09:00.000Z"],
    ["complete", "yes"],
    ["snapshot_kind", "consistent"],
  ],
});
await nameArchive(writer, path);
console.log("{}");
