/**
 * Where statements and rows for PostgreSQL go: into a dump, or straight into a server. Types only.
 */

/** Rows of one COPY. */
export interface CopyRows {
  /** Takes text in COPY's text format and buffers it. */
  put(text: string): void;
  /** Sends the buffer, and waits when the receiver is slow. */
  drain(): Promise<void>;
  /** Ends the COPY; an error of the server is thrown here or by {@link drain}. */
  end(): Promise<void>;
}

/** Takes statements in order, all in one transaction. */
export interface PostgresTarget {
  run(sql: string): Promise<void>;
  /** @param sql `COPY … FROM STDIN` */
  copy(sql: string): Promise<CopyRows>;
}
