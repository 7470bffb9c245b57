/**
 * Serves the sample app from a temporary folder on a free loopback port, and takes both away again.
 */
import { makeTemporaryFolder } from "../disk/temporary_folder.ts";
import { buildArchive } from "../archive/making/build_archive.ts";
import { join } from "../deps.ts";
import { startServer } from "../serve/server.ts";
import { sampleApp } from "./sample_app.ts";

/** A running sample app. */
interface SampleServer extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
}

/** Starts the sample app. */
export async function serveSample(): Promise<SampleServer> {
  const folder = await makeTemporaryFolder("demo");
  const path = join(folder, "bookshop.sqlite");
  const key = `server_DEMO${crypto.getRandomValues(new Uint8Array(10)).toHex()}`;
  try {
    await buildArchive(path, sampleApp());
    const server = await startServer({ path, key });
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
