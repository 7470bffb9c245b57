/**
 * Where statements and rows for PostgreSQL go: into a dump, or straight into a server. Types only.
 */

/** Rows of one COPY. */
export interface CopyRows {
  /** Takes text in COPY's text format; it is gathered. */
  put(text: string): void;
  /** Hands on what is gathered, and waits when the receiver is slow. */
  drain(): Promise<void>;
  /** Ends it; what the server refuses is thrown here or by {@link drain}. */
  end(): Promise<void>;
}

/** Takes statements in order, all in one transaction. */
export interface PostgresTarget {
  run(sql: string): Promise<void>;
  /** @param sql `COPY … FROM STDIN` */
  copy(sql: string): Promise<CopyRows>;
}
