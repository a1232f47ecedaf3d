/** Every way in which the exporter fails by itself, by name. libvirt's own errors are in `@faultline/libvirt`. */

/** Another running exporter uses the spool folder. It does not mean that reports were lost. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
  readonly code = 'spool-in-use';

  constructor(dir: string) {
    super(`--spool.dir: ${JSON.stringify(dir)} is in use by another exporter on this machine`);
  }
}
