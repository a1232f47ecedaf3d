import { defineAlarmRule, type Finding } from '../rule.ts';

/** The kernel has counted errors in a file system that is written on: not read-only, and not sound either. */
export const guestFileSystemErrors = defineAlarmRule({
  condition: 'guest-filesystem-errors',
  name: 'Guest file system has errors',
  category: 'processing',
  level: 'warning',
  judge: ({ host, domain, guest }): { finding?: Finding } => {
    if (domain === undefined) return {};
    if (domain.id < 0) return { finding: { status: 'absent' } };
    if (guest?.fileSystems == null) return {};
    const unsound = guest.fileSystems.filter(({ errors, readOnly }) => readOnly === false && (errors ?? 0) > 0);
    if (unsound.length === 0) return { finding: { status: 'absent' } };
    const places = unsound.map(({ mountPoint }) => mountPoint).join(', ');
    return {
      finding: {
        status: 'present',
        cause: `errors in a file system of the guest, which is still written to: ${places}`,
        details: {
          host,
          'mount points': places,
          devices: unsound.map(({ source, type }) => `${source} (${type})`).join(', '),
          errors: unsound.map(({ errors }) => String(errors)).join(', '),
        },
        again: false,
      },
    };
  },
});
