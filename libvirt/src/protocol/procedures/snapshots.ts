import type { DomainRef } from '../../domain.ts';
import type { SnapshotRef } from '../../snapshot.ts';
import { array, int, struct, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { domainRef, text, xmlOnly } from '../types.ts';

const row = rowsOf(remoteProgram);

/** REMOTE_DOMAIN_SNAPSHOT_LIST_MAX, remote_protocol.x. */
const snapshotListMax = 16_384;

/** remote_nonnull_domain_snapshot. */
const snapshotRef = struct<SnapshotRef>({ name: text, domain: domainRef });
const snapshotOnly = struct<{ snapshot: SnapshotRef }>({ snapshot: snapshotRef });
const snapshotAndFlags = struct<{ snapshot: SnapshotRef; flags: number }>({ snapshot: snapshotRef, flags: uint });

/** Snapshots of domains. */
export const snapshotProcedures = {
  domainSnapshotCreateXml: row(185, 'DOMAIN_SNAPSHOT_CREATE_XML', {
    args: struct<{ domain: DomainRef; xml: string; flags: number }>({ domain: domainRef, xml: text, flags: uint }),
    ret: snapshotOnly,
  }),
  domainSnapshotGetXmlDesc: row(186, 'DOMAIN_SNAPSHOT_GET_XML_DESC', { args: snapshotAndFlags, ret: xmlOnly }),
  domainSnapshotLookupByName: row(189, 'DOMAIN_SNAPSHOT_LOOKUP_BY_NAME', {
    args: struct<{ domain: DomainRef; name: string; flags: number }>({ domain: domainRef, name: text, flags: uint }),
    ret: snapshotOnly,
  }),
  domainRevertToSnapshot: row(192, 'DOMAIN_REVERT_TO_SNAPSHOT', { args: snapshotAndFlags }),
  domainSnapshotDelete: row(193, 'DOMAIN_SNAPSHOT_DELETE', { args: snapshotAndFlags }),
  domainListAllSnapshots: row(274, 'DOMAIN_LIST_ALL_SNAPSHOTS', {
    args: struct<{ domain: DomainRef; needResults: number; flags: number }>({
      domain: domainRef,
      needResults: int,
      flags: uint,
    }),
    ret: struct<{ snapshots: readonly SnapshotRef[]; count: number }>({
      snapshots: array(snapshotListMax, snapshotRef),
      count: int,
    }),
  }),
};
