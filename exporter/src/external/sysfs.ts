import { HostFiles } from '../hardware/host/files.ts';

/**
 * sysfs by paths below its root. Its readers read one file after the other: what is attached outside the box may hang in its driver, and
 * then takes one thread from the pool, not all.
 */
export class Sysfs {
  readonly #files: HostFiles;

  constructor(root: string) {
    this.#files = new HostFiles({ sysfs: root, procfs: '', udevData: '' });
  }

  /** The text of an attribute without white space around; null where there is none. */
  text(path: string): Promise<string | null> {
    return this.#files.text(this.#files.sys(path));
  }

  /** The names in a folder, in order; none where there is no such folder. */
  names(path: string): Promise<string[]> {
    return this.#files.list(this.#files.sys(path));
  }

  /** The name of what a link leads to; null where there is no link. */
  linkName(path: string): Promise<string | null> {
    return this.#files.linkName(this.#files.sys(path));
  }
}
