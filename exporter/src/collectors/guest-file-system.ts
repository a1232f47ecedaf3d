import { defineCollector, DOMAIN_LABELS, gauge, sampleOf } from './collector.ts';
import { guestsOf } from './guest-agent.ts';

const LABELS = [...DOMAIN_LABELS, 'mountpoint', 'device', 'fstype'] as const;

/** E18, E27. Errors and having gone read-only are two things: with `errors=continue` a file system has errors and is written on. */
export const guestFileSystem = defineCollector({
  name: 'guest_filesystem',
  source: 'guests',
  stats: [],
  metrics: {
    readOnly: gauge(
      'faultline_guest_filesystem_readonly',
      'Whether the file system has gone read-only, other than by design.',
      LABELS,
    ),
    errors: gauge(
      'faultline_guest_filesystem_errors',
      'Errors that the guest’s kernel counted in the file system since it was last checked (ext2, ext3, ext4).',
      LABELS,
    ),
  },
  parse: (snapshot) =>
    guestsOf(snapshot).flatMap(({ guest, labels }) =>
      (guest.fileSystems ?? []).flatMap(
        ({ mountPoint: mountpoint, source: device, type: fstype, readOnly, errors }) => {
          const all = { ...labels, mountpoint, device, fstype };
          return [
            ...sampleOf('readOnly', all, readOnly === null ? undefined : Number(readOnly)),
            ...sampleOf('errors', all, errors ?? undefined),
          ];
        },
      ),
    ),
});
