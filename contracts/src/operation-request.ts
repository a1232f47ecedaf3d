import { Type, type Static, type TProperties } from 'typebox';
import { OPERATION_KINDS } from './operation.ts';
import { Name, RecordId, VmUuid } from './scalars.ts';

/** What becomes part of a path or of XML: no slash, no control character. */
const PlainName = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^/\\u0000-\\u001f\\u007f]+$' });
/** A snapshot's name is also part of its volumes' file names. */
const SnapshotName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]*$' });
/** A disk as the guest's bus names it: `vda`. */
const DiskTarget = Type.String({ pattern: '^(vd|sd|hd|xvd)[a-z]{1,2}$' });
const DiskBus = Type.Enum(['virtio', 'scsi', 'sata', 'ide']);

const strict = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** libvirt's own `<domain>`; its `<uuid>` must be the request's `vm`. */
const DomainXml = strict({
  type: Type.Literal('xml'),
  xml: Type.String({ minLength: 1, maxLength: 65_536 }),
});

/** The few things that most VMs need; everything else takes libvirt's defaults. */
const DomainSpec = strict({
  type: Type.Literal('spec'),
  name: PlainName,
  memoryMib: Type.Integer({ minimum: 1, maximum: 16_777_216 }),
  vcpus: Type.Integer({ minimum: 1, maximum: 4096 }),
  /** `qemu` is emulation, for hosts without KVM. Default `kvm`. */
  hypervisor: Type.Optional(Type.Enum(['kvm', 'qemu'])),
  /** Volumes that exist, in the order of their targets. */
  disks: Type.Optional(
    Type.Array(
      strict({
        pool: PlainName,
        volume: PlainName,
        /** Default `qcow2`. */
        format: Type.Optional(Type.Enum(['qcow2', 'raw'])),
      }),
      { maxItems: 26 },
    ),
  ),
  networks: Type.Optional(
    Type.Array(strict({ source: Type.Enum(['network', 'bridge']), name: PlainName }), { maxItems: 32 }),
  ),
});
export type DomainSpec = Static<typeof DomainSpec>;

/** What a new VM is made of. */
export const DomainDefinition = Type.Union([DomainXml, DomainSpec]);
export type DomainDefinition = Static<typeof DomainDefinition>;

const head = { id: RecordId, vm: VmUuid, initiator: Name };

/** One kind of request: the fields that all have, and its own. */
const request = <Kind extends string, Own extends TProperties>(kind: Kind, own: Own) =>
  strict({ ...head, kind: Type.Literal(kind), ...own });

/** Without the guest's consent: stop by destroying, reboot by resetting. */
const force = Type.Optional(Type.Boolean());

/**
 * Body of `POST /api/v1/operations`: asks the OMS to perform an operation (A25, A32-A38). The caller's id is executed
 * once, ever; the same id with any other field is another request, and refused.
 */
export const OperationRequest = Type.Union([
  /** `vm` is the new VM's UUID, which the caller chooses. */
  request('create', {
    /** The host on which it is made. */
    host: Name,
    definition: DomainDefinition,
    /** Default true. False: it is only defined. */
    start: Type.Optional(Type.Boolean()),
  }),
  request('snapshot', {
    name: SnapshotName,
    /** The storage pool in which the new disks are made. */
    pool: PlainName,
    /** Default: every disk that can be written. */
    disks: Type.Optional(Type.Array(DiskTarget, { minItems: 1, maxItems: 26, uniqueItems: true })),
    /** Freeze the guest's file systems meanwhile, through its agent. */
    quiesce: Type.Optional(Type.Boolean()),
  }),
  request('reboot', { force }),
  request('attach-disk', {
    pool: PlainName,
    volume: PlainName,
    /** Default: the first of vda, vdb, ... that is free. */
    target: Type.Optional(DiskTarget),
    bus: Type.Optional(DiskBus),
    readOnly: Type.Optional(Type.Boolean()),
  }),
  request('start', {}),
  request('stop', { force }),
  request('migrate', {
    /** The destination, a host that this OMS controls (A41). */
    toHost: Name,
    /** After this many ms it is called off. Default one hour. */
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 86_400_000 })),
    /** Slow the guest down until it fits. */
    autoConverge: Type.Optional(Type.Boolean()),
    bandwidthMibps: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    /** Copy the disks too: whole, or over a backing file that both hosts have. Absent: both hosts see the same storage. */
    copyDisks: Type.Optional(Type.Enum(['whole', 'incremental'])),
    /** Even where libvirt fears for the disks (a cache mode, local storage). */
    unsafe: Type.Optional(Type.Boolean()),
  }),
  request('suspend', {}),
  request('resume', {}),
]);
export type OperationRequest = Static<typeof OperationRequest>;

/** The operations that can be asked of the OMS: every kind that it knows. */
export type PerformedKind = OperationRequest['kind'];
export const PERFORMED_KINDS = OPERATION_KINDS satisfies readonly PerformedKind[];
