import { defineAlarmRule, type Finding } from '../rule.ts';

/** A file system of the guest has gone read-only, as ext3 and ext4 do to protect themselves after a storage error (E18). */
export const guestFileSystemReadOnly = defineAlarmRule({
  condition: 'guest-filesystem-read-only',
  name: 'Guest file system read-only',
  category: 'processing',
  level: 'critical',
  judge: ({ host, domain, guest }): { finding?: Finding } => {
    if (domain === undefined) return {};
    if (domain.id < 0) return { finding: { status: 'absent' } };
    if (guest?.fileSystems == null) return {};
    const { fileSystems } = guest;
    const gone = fileSystems.filter(({ readOnly }) => readOnly === true);
    if (gone.length === 0)
      return fileSystems.some(({ readOnly }) => readOnly === null) ? {} : { finding: { status: 'absent' } };
    const list = (one: (each: (typeof gone)[number]) => string): string => gone.map(one).join(', ');
    return {
      finding: {
        status: 'present',
        cause: `gone read-only in the guest: ${list(({ mountPoint }) => mountPoint)}`,
        details: {
          host,
          'mount points': list(({ mountPoint }) => mountPoint),
          devices: list(({ source, type }) => `${source} (${type})`),
          'known by': list(({ evidence }) => evidence ?? 'unknown'),
          errors: list(({ errors }) => (errors === null ? 'not counted' : String(errors))),
        },
        again: false,
      },
    };
  },
});
