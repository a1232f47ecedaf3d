import type { OperationKind } from '@faultline/contracts';
import { choice, flag, lines, names, number, text, type FieldSet } from './fields.ts';

/** One kind of operation, as the form offers it. Its fields are those of `POST /api/v1/operations`, by their names. */
export interface OfferedKind {
  kind: OperationKind;
  /** On the button, before the VM's name: `Stop`. */
  verb: string;
  /** What it does, in a line. */
  what: string;
  fields: FieldSet;
  /** What it costs those who use the VM, asked about before it is done; undefined: nothing. */
  disrupts?: (values: Record<string, unknown>) => string | undefined;
  /** Whether an isolated host does it too (A31). */
  whileIsolated: boolean;
  /** In which states of the VM it makes sense; undefined: in each. */
  states?: ReadonlyArray<'running' | 'dormant' | 'stopped' | 'abnormal'>;
}

const SNAPSHOT_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
/** What becomes part of a path or of XML. */
const PLAIN_NAME = /^[^/\u0000-\u001f\u007f]{1,255}$/;
const DISK = /^(vd|sd|hd|xvd)[a-z]{1,2}$/;

const pool = text('Storage pool', { isRequired: true, pattern: PLAIN_NAME, wrong: 'A name without slashes.' });

/** What can be done with a VM that is there, the most usual first. */
export const KINDS: readonly OfferedKind[] = [
  {
    kind: 'start',
    verb: 'Start',
    what: 'Boots the VM.',
    fields: {},
    whileIsolated: false,
    states: ['stopped', 'abnormal'],
  },
  {
    kind: 'stop',
    verb: 'Stop',
    what: 'Asks the guest to shut down.',
    fields: { force: flag('Without the guest’s consent', 'Ends it at once, like pulling its plug.') },
    disrupts: ({ force }) =>
      force === true
        ? 'Everything that runs in it ends at once, and what it has not written to its disks is lost.'
        : 'Everything that runs in it ends.',
    whileIsolated: true,
    states: ['running', 'dormant', 'abnormal'],
  },
  {
    kind: 'reboot',
    verb: 'Reboot',
    what: 'Asks the guest to shut down and start again.',
    fields: { force: flag('Without the guest’s consent', 'Resets it at once, like its reset button.') },
    disrupts: ({ force }) =>
      force === true
        ? 'Everything that runs in it ends at once, and what it has not written to its disks is lost.'
        : 'It is away until it has started again.',
    whileIsolated: true,
    states: ['running', 'abnormal'],
  },
  {
    kind: 'suspend',
    verb: 'Suspend',
    what: 'Holds the VM where it is, in memory.',
    fields: {},
    disrupts: () => 'It answers nobody until it is resumed.',
    whileIsolated: true,
    states: ['running'],
  },
  {
    kind: 'resume',
    verb: 'Resume',
    what: 'Lets a suspended VM go on.',
    fields: {},
    whileIsolated: true,
    states: ['dormant', 'abnormal'],
  },
  {
    kind: 'snapshot',
    verb: 'Snapshot',
    what: 'Keeps the disks as they are now; the VM goes on writing to new ones.',
    fields: {
      name: text('Name', {
        description: 'Of the snapshot.',
        isRequired: true,
        pattern: SNAPSHOT_NAME,
        wrong: 'Letters, digits, and . _ - inside, at most 100.',
      }),
      pool: { ...pool, description: 'In which the new disks are made.' },
      disks: names('Disks', {
        pattern: DISK,
        wrong: 'Targets such as vda, with commas between.',
        description: 'Such as vda, vdb. Empty: every disk that can be written.',
      }),
      quiesce: flag('Freeze the file systems meanwhile', 'Through the guest agent.'),
    },
    whileIsolated: true,
  },
  {
    kind: 'attach-disk',
    verb: 'Attach a disk to',
    what: 'Gives the VM a volume that exists.',
    fields: {
      pool,
      volume: text('Volume', { isRequired: true, pattern: PLAIN_NAME, wrong: 'A name without slashes.' }),
      target: text('Target', {
        pattern: DISK,
        wrong: 'Such as vdb.',
        description: 'Empty: the first of vda, vdb, … that is free.',
      }),
      bus: choice('Bus', ['virtio', 'scsi', 'sata', 'ide']),
      readOnly: flag('Read only'),
    },
    whileIsolated: false,
  },
  {
    kind: 'migrate',
    verb: 'Migrate',
    what: 'Moves the VM to another host while it runs.',
    fields: {
      toHost: choice('To host', 'hosts', { isRequired: true, description: 'Another one that this OMS controls.' }),
      copyDisks: choice('Copy the disks', ['whole', 'incremental'], {
        description: 'Empty: both hosts see the same storage.',
      }),
      autoConverge: flag('Slow the guest down until it fits'),
      bandwidthMibps: number('Bandwidth, MiB/s', {
        from: 1,
        to: 1_000_000,
        description: 'Empty: as much as there is.',
      }),
      timeoutMs: number('Called off after, minutes', {
        from: 1,
        to: 1_440,
        scale: 60_000,
        description: 'Empty: one hour.',
      }),
      unsafe: flag('Even where libvirt fears for the disks', 'A cache mode, local storage.'),
    },
    disrupts: ({ unsafe, autoConverge }) =>
      unsafe === true
        ? 'libvirt does not vouch for its disks: they may be damaged.'
        : autoConverge === true
          ? 'It may be slow until it has moved.'
          : undefined,
    whileIsolated: false,
    states: ['running', 'dormant'],
  },
];

/** Making a new VM. */
export const CREATE: OfferedKind = {
  kind: 'create',
  verb: 'Create',
  what: 'Defines a new VM on a host, and starts it.',
  fields: {
    host: choice('Host', 'hosts', { isRequired: true }),
    name: text('Name', { isRequired: true, pattern: PLAIN_NAME, wrong: 'A name without slashes.' }),
    memoryMib: number('Memory, MiB', { isRequired: true, from: 1, to: 16_777_216 }),
    vcpus: number('vCPUs', { isRequired: true, from: 1, to: 4_096 }),
    disks: lines('Disks', {
      description: 'Volumes that exist, one a line: pool/volume, or pool/volume raw.',
      most: 26,
      read: readDisk,
    }),
    networks: lines('Networks', {
      description: 'One a line: network default, or bridge br0.',
      most: 32,
      read: readNetwork,
    }),
    hypervisor: choice('Hypervisor', ['kvm', 'qemu'], {
      description: 'qemu is emulation, for hosts without KVM. Empty: kvm.',
    }),
    start: flag('Only define it, do not start it'),
  },
  whileIsolated: false,
};

function readDisk(line: string): object | string {
  const [, poolName = '', volume = '', format] = /^([^/]+)\/([^/]+?)(?:\s+(qcow2|raw))?$/.exec(line) ?? [];
  if (!PLAIN_NAME.test(poolName) || !PLAIN_NAME.test(volume)) {
    return `“${line}” is not pool/volume.`;
  }
  return { pool: poolName, volume, ...(format !== undefined && { format }) };
}

function readNetwork(line: string): object | string {
  const [, source, name = ''] = /^(network|bridge)\s+(.+)$/.exec(line) ?? [];
  return source === undefined || !PLAIN_NAME.test(name)
    ? `“${line}” is not network NAME or bridge NAME.`
    : { source, name };
}
