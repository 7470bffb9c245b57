/**
 * `tables`: connects, lists the app's tables, and prints them as a table or as JSON.
 */
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { TableSchema } from "../../schema/model/app_schema.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import { schemaFromLive } from "../../schema/from_live.ts";
import { closeSession, firstSession, type Session } from "../../tables/session.ts";
import { countRows } from "../../tables/listing.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { textTable } from "../../ui/text/text_table.ts";
import { LIMITS, PATIENCE } from "../../uplink/limits.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import { freshStack } from "../../tables/transaction.ts";
import type { Invocation } from "../model/command.ts";
import type { TABLES } from "../descriptions/tables.ts";
import { namedApp, readReach } from "../input/apps.ts";

interface ListedRow {
  readonly name: string;
  readonly id: number | null;
  readonly readable: boolean;
  /** null for a table that may not be read. */
  readonly rows: number | null;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly target: string | null }[];
  readonly links: readonly string[];
}

/** Runs `tables` and returns its exit code. */
export async function run(invocation: Invocation<typeof TABLES>): Promise<ExitCode> {
  const { positionals: { name }, terminal, flags, clock, signal } = invocation;
  const reach = await readReach(invocation, await namedApp(invocation, name));
  const options = { ...reach, clock, limits: LIMITS, signal };
  // A failure is reported at once; no connection is tried twice.
  const session = await firstSession({ ...options, waitMs: 0 });
  try {
    // The counts need no snapshot, and a snapshot would hold a database connection that others may need.
    await session.transaction?.close(true).catch(() => {});
    const { schema } = schemaFromLive(session.live);
    const rows = await Promise.all(schema.tables.map((table) => describe(table, session, options)));
    terminal.out(flags.json ? `${jsonText({ tables: rows }, 2)}\n` : `${asText(rows)}\n`);
    return EXIT.done;
  } finally {
    await closeSession(session);
  }
}

async function describe(table: TableSchema, session: Session, patience: Patience): Promise<ListedRow> {
  const capability = session.listed.find(({ id }) => id === table.id)?.capability ?? null;
  const count = (of: NonNullable<typeof capability>) => () => countRows(session.connection, freshStack("count"), of);
  const targets = table.columns.flatMap(({ kind, target }) => isLink(kind) && target !== null ? [target] : []);
  return {
    name: table.name,
    id: table.id,
    readable: capability !== null,
    rows: capability === null
      ? null
      : await patiently(`counting table '${table.name}'`, count(capability), patience, PATIENCE.alone),
    columns: table.columns.map(({ name, kind, target }) => ({ name, type: kind, target })),
    links: [...new Set(targets)],
  };
}

function asText(rows: readonly ListedRow[]): string {
  if (rows.length === 0) return "The app has no tables.";
  const columns = [
    { title: "TABLE" },
    { title: "ROWS", align: "right" },
    { title: "COLUMNS", align: "right" },
    { title: "LINKS TO" },
  ] as const;
  return textTable(
    columns,
    rows.map(({ name, readable, rows: count, columns: { length }, links }) => [
      name,
      readable ? String(count) : "not readable",
      readable ? String(length) : "",
      links.join(", "),
    ]),
  );
}
