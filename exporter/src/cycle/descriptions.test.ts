import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect, type Connection, type DomainRef } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import { Descriptions } from './descriptions.ts';

let daemon: FakeLibvirtd;
let connection: Connection;
let now: number;
let descriptions: Descriptions;

beforeEach(async () => {
  now = 1_000_000;
  daemon = await FakeLibvirtd.start({
    domains: Array.from({ length: 25 }, (_, index) => ({ name: `vm${index}` })),
  });
  connection = await connect({ uri: daemon.uri });
  descriptions = new Descriptions({ connection, now: () => now, log: pino({ level: 'silent' }) });
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

const read = async (): Promise<DomainRef[]> => {
  const refs = await connection.listAllDomains();
  await descriptions.read(refs, new AbortController().signal);
  return refs;
};
const timesRead = (): number => daemon.calls.filter(({ procedure }) => procedure === 'domainGetXmlDesc').length;

it('asks again for XML that an event said is another one, when it could not be had the first time', async () => {
  const [vm] = await read();
  if (vm === undefined) throw new Error('no domain');
  descriptions.note({ kind: 'device-added', domain: vm, alias: 'net1' });
  daemon.fail({ procedure: 'domainGetXmlDesc', uuid: vm.uuid, code: 1, message: 'broken' });
  await read();
  daemon.release();
  await read();
  expect(timesRead()).toBe(25 + 2);
  await read();
  expect(timesRead()).toBe(25 + 2);
});

it('renews the old ones a few in a cycle, and those that refuse in their turn only', async () => {
  await read();
  now += 10 * 60_000;
  daemon.fail({ procedure: 'domainGetXmlDesc', code: 1, message: 'broken' });
  await read();
  daemon.release();
  await read();
  await read();
  expect(timesRead()).toBe(25 + 20 + 5);
});
