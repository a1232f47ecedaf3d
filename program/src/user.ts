import { userInfo } from 'node:os';

/** Who runs this process; one whom the system has no name for, as it is in containers, by number. */
export function userName(read: () => { username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
