/**
 * `npm:postgres`, named here and nowhere else. It speaks PostgreSQL's protocol with COPY, TLS and SCRAM, which nobody
 * should write by hand. Not version 3.4.8 or 3.4.9: there a COPY that fails hangs for ever. It is started with an empty
 * environment: otherwise it would read missing options from there, and one variable always.
 */
import process from "node:process";
import postgres from "npm:postgres@3.4.7";

/** Runs statements within a transaction. */
export type PostgresTransaction = postgres.TransactionSql;

/** Makes a client; it connects when it is first used. */
export function connectPostgres(options: postgres.Options<Record<string, never>>): postgres.Sql {
  const environment = process.env;
  process.env = {};
  try {
    return postgres(options);
  } finally {
    process.env = environment;
  }
}
