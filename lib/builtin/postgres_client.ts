/**
 * `npm:postgres`, named here and nowhere else: speaks PostgreSQL's protocol with COPY, TLS and SCRAM, which nobody should
 * write by hand. Not 3.4.8 or 3.4.9: there a COPY that fails hangs for ever. It reads no variable of the environment here:
 * the library would, for what it is not given, and one of them always.
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
