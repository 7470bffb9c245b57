/**
 * The lock that keeps a second writer away from a partial file, for as long as it is open.
 */
import { pause, systemClock } from "../../clock.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";

/** Two runs that ask at the same moment refuse each other: one of them gets the lock when both ask again. */
const LOCK_TRIES = 4;
const LOCK_WAIT_MS = 200;

/**
 * Takes the lock at once, not only at the first write, and keeps it. What a killed run left half written is rolled back
 * first. The mode is changed inside the transaction: otherwise a failed lock would stay in exclusive mode.
 * @throws {AnvilSqliteError} `locked` (exit 21)
 */
export async function lockFile(engine: Engine): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return engine.exec("BEGIN EXCLUSIVE; PRAGMA locking_mode = EXCLUSIVE; COMMIT");
    } catch (error) {
      const isLocked = error instanceof AnvilSqliteError && error.code === "locked";
      if (!isLocked || attempt >= LOCK_TRIES) throw error;
      await pause(systemClock, Math.random() * LOCK_WAIT_MS);
    }
  }
}
