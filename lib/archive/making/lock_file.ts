/**
 * The lock that keeps a second writer away from a partial file, for as long as it is open.
 */
import { pause, systemClock } from "../../clock.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";

/** Two that ask at the same moment turn each other away: one of them gets the lock when both ask again. */
const LOCK_TRIES = 4;
const LOCK_WAIT_MS = 200;

/**
 * Takes the lock for good, now rather than at the first write. What a killed run left half written is rolled back first.
 * The mode is changed inside the transaction, since a lock that was only half got would stay in exclusive mode.
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
