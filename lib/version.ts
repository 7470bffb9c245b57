/**
 * Name, version and home of this program, as `--version` prints them and as every file stores them. Only constants.
 */
import { BUILD } from "./build_info.ts";

/** The program's name. */
export const PROGRAM = "anvil-sqlite";

/** Semantic version; a release's tag is `v` and this. */
export const VERSION = "0.1.0";

/** Owner and name on GitHub. A test compares README, installers and release scripts with it. */
export const REPOSITORY = "anvil-sqlite/anvil-sqlite";

/** Where users find releases, issues and the source. */
export const HOME_PAGE = `https://github.com/${REPOSITORY}`;

/** Version with commit and date, such as `0.1.0 (1a2b3c4d5e, 2026-11-24)`; for source code, only the version. */
export const FULL_VERSION = BUILD === null ? VERSION : `${VERSION} (${BUILD.commit}, ${BUILD.date})`;
