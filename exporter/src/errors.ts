/** Every way in which the exporter fails by itself, by name. libvirt's own errors are in `@faultline/libvirt`. */

/** A setting stops the start: unknown, not allowed, or contradicting another. The message is the line the operator reads. */
export class BadSettingError extends Error {
  override readonly name = 'BadSettingError';
  readonly code = 'bad-setting';
  /** As it is written on the command line, without the dashes. */
  readonly key: string;

  constructor(key: string, message: string) {
    super(`${key}: ${message}`);
    this.key = key;
  }
}

/** Another running exporter uses the spool folder. It does not mean that reports were lost. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
  readonly code = 'spool-in-use';

  constructor(dir: string) {
    super(`spool.dir: ${JSON.stringify(dir)} is in use by another exporter on this machine`);
  }
}
