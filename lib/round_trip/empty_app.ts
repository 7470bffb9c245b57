/**
 * An empty app with the tables of an archive, on a free loopback port, that can be written to: a drill restores into
 * it. When it is closed, it is deleted with all that was written.
 */
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import { buildArchive } from "../archive/making/build_archive.ts";
import type { OpenArchive } from "../archive/open_archive.ts";
import { join } from "../deps.ts";
import type { TableSchema } from "../schema/model/app_schema.ts";
import { startServer } from "../serve/server.ts";
import type { StorageStyle } from "../serve/app/snapshot.ts";
import { heldTables } from "../restore/job/table_job.ts";

/** A running empty app. */
interface EmptyApp extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
}

/** Starts an empty app. */
export async function serveEmptyApp({ catalogue }: OpenArchive, storage: StorageStyle = "classic"): Promise<EmptyApp> {
  const folder = await makeTemporaryFolder("drill");
  const path = join(folder, "empty.sqlite");
  const key = `server_DRILL${crypto.getRandomValues(new Uint8Array(10)).toHex()}`;
  try {
    const tables = heldTables(catalogue).map(({ table, tableId }) => writable(table, tableId));
    await buildArchive(path, {
      schema: { source: "archive", tables },
      rows: new Map(tables.map(({ name }) => [name, []])),
      media: [],
      provenance: [["app_id", "DRILL"], ["environment", `{"description":"Restore drill"}`]],
    });
    const server = await startServer({ path, key, writable: true, storage });
    return {
      url: server.url,
      key,
      [Symbol.asyncDispose]: async () => {
        await server.close();
        await Deno.remove(folder, { recursive: true });
      },
    };
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

/** A table for it: its own access does not matter here, and its id must be the one that links name. */
function writable(table: TableSchema, id: number): TableSchema {
  return { ...table, id, server: "full", client: "none" };
}
