import type { snapshotProcedures } from '../../protocol/procedures/snapshots.ts';
import { snapshotCreateBit } from '../../snapshot-bits.ts';
import { flagsIn } from '../fake-filters.ts';
import { createSnapshot, deleteSnapshot, listSnapshots, revertToSnapshot, snapshotNamed } from '../fake-snapshots.ts';
import type { Handlers } from './handler.ts';

export const snapshotHandlers: Handlers<typeof snapshotProcedures> = {
  domainSnapshotCreateXml: (host, { domain, xml, flags }) => ({
    snapshot: createSnapshot(host, domain, xml, flagsIn(snapshotCreateBit, flags)),
  }),
  domainSnapshotGetXmlDesc: (host, { snapshot }) => ({
    xml: snapshotNamed(host, snapshot.domain, snapshot.name).xml,
  }),
  domainSnapshotLookupByName: (host, { domain, name }) => {
    snapshotNamed(host, domain, name);
    return { snapshot: { name, domain: host.byUuid(domain.uuid).ref } };
  },
  domainRevertToSnapshot: (host, { snapshot }) => {
    revertToSnapshot(host, snapshot);
    return undefined;
  },
  domainSnapshotDelete: (host, { snapshot }) => {
    deleteSnapshot(host, snapshot);
    return undefined;
  },
  domainListAllSnapshots: (host, { domain }) => {
    const snapshots = listSnapshots(host, domain);
    return { snapshots, count: snapshots.length };
  },
};
