/**
 * Which file a path leads to, whatever its name: by device and inode. It does not read the file, and changes nothing.
 */

/** Identifies a file of this machine. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

/**
 * The file at a path, which may be a link itself. Null when nothing is there, or the system does not number its files.
 */
export async function identityAt(path: string): Promise<FileIdentity | null> {
  try {
    return identityOf(await Deno.lstat(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}

/** The file that a path leads to, after following links; null as in {@link identityAt}. */
export async function identityBehind(path: string): Promise<FileIdentity | null> {
  try {
    return identityOf(await Deno.stat(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}

function identityOf({ dev, ino }: Deno.FileInfo): FileIdentity | null {
  return ino === null || ino === 0 ? null : { device: dev, inode: ino };
}

/** Whether both are known, and are the same file. */
export function isSameFile(a: FileIdentity | null, b: FileIdentity | null): boolean {
  return a !== null && b !== null && a.device === b.device && a.inode === b.inode;
}

/** Whether anything is at a path, even a broken link. */
export async function isTaken(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}
