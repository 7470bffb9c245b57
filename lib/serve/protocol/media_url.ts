/**
 * The URLs of media, `/_/lm/MANAGER/KEY/ID/NAME?_anvil_session=TOKEN`, made and read again. Text to text.
 */

/** What a URL names. */
interface MediaRequest {
  readonly manager: string;
  readonly key: string;
  readonly id: string;
  readonly token: string;
  /** Whether a browser should save it and not show it. */
  readonly download: boolean;
}

const PREFIX = "/_/lm/";

/** The part of the URL after the origin; `name` is only for people. */
export function mediaPath({ manager, key, id, token, download }: MediaRequest, name: string | null): string {
  const parts = [manager, key, id, name ?? "untitled"].map(encodeURIComponent);
  return `${PREFIX}${parts.join("/")}?_anvil_session=${token}${download ? "" : "&nodl=1"}`;
}

/** Reads the target of a request; null if it names no medium. */
export function readMediaPath(target: string): MediaRequest | null {
  if (!target.startsWith(PREFIX)) return null;
  try {
    const { pathname, searchParams } = new URL(target, "http://localhost");
    const [manager, key, id, name] = pathname.slice(PREFIX.length).split("/").map(decodeURIComponent);
    const token = searchParams.get("_anvil_session");
    if (manager === undefined || key === undefined || id === undefined || name === undefined || token === null) {
      return null;
    }
    return { manager, key, id, token, download: searchParams.get("nodl") !== "1" };
  } catch {
    return null;
  }
}
