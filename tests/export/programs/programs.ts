/** Other programs that read exports: Python with its packages, and a PostgreSQL server of this run's own. */
import { fileURLToPath } from "node:url";
import type { TempDir } from "../../fixtures/files/temp_dir.ts";

/** Interpreter with pandas, DuckDB, openpyxl and Datasette; `.ci/run` makes one. */
export const PYTHON = Deno.env.get("EXPORT_PYTHON") ?? "python3";

/** Runs a program; its standard output. */
export async function output(program: string, args: readonly string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], ...options }).output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(" ")}: ${code}\n${text}\n${new TextDecoder().decode(stderr)}`);
  }
  return text;
}

/** Runs a script beside this file; what it prints as JSON. */
export async function python(script: string, ...args: readonly string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return JSON.parse(await output(PYTHON, [path, ...args]));
}

/** A PostgreSQL server. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Folder of its programs. */
  readonly programs: string;
  /** Runs SQL or a file in a database; what `psql` prints. */
  psql(database: string, ...args: readonly string[]): Promise<string>;
  createDatabase(name: string): Promise<void>;
  url(database: string): string;
}

/** Where Debian has the server's programs, the newest version last. */
const DEBIAN = "/usr/lib/postgresql";

/** Starts a server with its data in a folder. `initdb` refuses to run as root: then it is Debian's user who does. */
export async function startPostgres(dir: TempDir): Promise<PostgresServer> {
  const [version] = [...Deno.readDirSync(DEBIAN)].map(({ name }) => name).sort().reverse();
  const bin = `${DEBIAN}/${version}/bin`;
  const data = dir.file("postgres");
  Deno.mkdirSync(data);
  const isRoot = Deno.uid() === 0;
  if (isRoot) {
    Deno.chmodSync(dir.path, 0o755);
    await output("chown", ["postgres", data]);
  }
  const asServer = (command: string) =>
    isRoot ? output("su", ["postgres", "-c", command]) : output("sh", ["-c", command]);
  const port = freePort();
  await asServer(`${bin}/initdb -D ${data}/d -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null`);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -k ${data} -c fsync=off`;
  await asServer(`${bin}/pg_ctl -D ${data}/d -o '${settings}' -l ${data}/log -w start >/dev/null`);
  const place = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres"];
  return {
    port,
    programs: bin,
    psql: (database, ...args) => output(`${bin}/psql`, [...place, "-X", "-q", "-A", "-t", "-d", database, ...args]),
    createDatabase: async (name) => void await output(`${bin}/createdb`, [...place, name]),
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    [Symbol.asyncDispose]: async () => void await asServer(`${bin}/pg_ctl -D ${data}/d -m immediate stop >/dev/null`),
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
