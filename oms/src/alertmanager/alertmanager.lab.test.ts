import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Alarm, AlarmPage, AlarmRecord, OmsStatus } from '@faultline/contracts';
import { freePort } from '@faultline/lab';
import { AlertmanagerProcess, type AlertmanagerAlert } from '../testing/alertmanager-process.ts';
import { OmsProcess } from '../testing/oms-process.ts';

const WITHIN_MS = 15_000;
jest.setTimeout(60_000);

/** Two real Alertmanagers on their own, and the built OMS, which each of them tells and which tells both. */
describe('an OMS and two Alertmanagers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-alertmanager-oms-'));
  let ams: AlertmanagerProcess[] = [];
  let oms: OmsProcess;
  let startOms: () => Promise<OmsProcess>;
  beforeAll(async () => {
    const port = await freePort();
    const webhook = `http://127.0.0.1:${port}/api/v1/alertmanager`;
    const ports = [await freePort(), await freePort()];
    ams = await Promise.all(ports.map((each) => AlertmanagerProcess.start({ port: each, webhook })));
    const urls = ams.flatMap(({ url }) => ['--alertmanager.url', url]);
    const quick = ['--alertmanager.interval', '1s', '--alertmanager.settle-after', '3s'];
    const args = [
      '--data.dir',
      folder,
      ...urls,
      ...quick,
      '--alertmanager.send',
      '--alertmanager.receiver',
      'faultline',
    ];
    startOms = () => OmsProcess.start({ port, args });
    oms = await startOms();
  });
  afterAll(async () => {
    await oms.end('SIGKILL');
    await Promise.all(ams.map((am) => am.remove()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** Looks until something is so. */
  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const giveUpAt = performance.now() + WITHIN_MS;
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (performance.now() > giveUpAt) throw new Error(`waited in vain: ${what}; the OMS said: ${oms.output}`);
      await sleep(50);
    }
  }
  async function alarmsNamed(name: string): Promise<AlarmRecord[]> {
    const answer = await fetch(`${oms.url}/api/v1/alarms`);
    return ((await answer.json()) as AlarmPage).items.filter((alarm) => alarm.name === name);
  }
  const alarmThat = (name: string, what: string, isSo: (alarm: AlarmRecord) => boolean) =>
    until(`${name} ${what}`, async () => (await alarmsNamed(name)).find(isSo));
  const alertNamed = async (am: AlertmanagerProcess, name: string): Promise<AlertmanagerAlert | undefined> =>
    (await am.alerts()).find(({ labels }) => labels['alertname'] === name);
  const all = <T>(work: (am: AlertmanagerProcess) => Promise<T>): Promise<T[]> => Promise.all(ams.map(work));

  const began = new Date(Date.now() - 60_000).toISOString();
  const alert = (alertname: string, more: Partial<AlertmanagerAlert> = {}): Partial<AlertmanagerAlert> => ({
    labels: { alertname, severity: 'warning', instance: 'hA:9177' },
    annotations: { summary: 'it was seen' },
    startsAt: began,
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    ...more,
  });
  const report = async (alarm: Alarm): Promise<void> => {
    const answer = await fetch(`${oms.url}/api/v1/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ host: 'hA', reports: [{ type: 'alarm', id: `r${alarm.changed}`, alarm }] }),
    });
    expect(answer.status).toBe(200);
  };

  it('agree on what is raised, silenced and over', async () => {
    await all((am) => am.post(alert('DomainPaused')));
    await alarmThat('DomainPaused', 'is told by a webhook', ({ alert: known }) => known?.silenced === false);
    await until('a webhook', async () => ((await ams[0]?.notified()) ?? 0) > 0 || undefined);

    const silences = await all((am) => am.silence('DomainPaused'));
    const silenced = await alarmThat('DomainPaused', 'is silenced', ({ alert: known }) => known?.silenced === true);
    expect(silenced.alert?.silencedBy).toEqual([...silences].sort());
    await Promise.all(ams.map((am, index) => am.expire(silences[index] ?? '')));
    await alarmThat('DomainPaused', 'is active again', ({ alert: known }) => known?.silenced === false);

    // What is silenced from the start no webhook tells.
    await all((am) => am.silence('Quiet'));
    await all((am) => am.post(alert('Quiet')));
    await alarmThat('Quiet', 'is found by asking', ({ alert: known }) => known?.silenced === true);

    const over = new Date().toISOString();
    await all((am) => am.post(alert('DomainPaused', { endsAt: over })));
    await all((am) => am.post(alert('Quiet', { endsAt: over })));
    await alarmThat('DomainPaused', 'is cleared', ({ cleared }) => cleared !== undefined);
    await alarmThat('Quiet', 'is cleared', ({ cleared }) => cleared !== undefined);
    expect([(await alarmsNamed('DomainPaused')).length, (await alarmsNamed('Quiet')).length]).toEqual([1, 1]);
  });

  it('keep what the OMS tells, whichever of them is killed, and end it when it is cleared', async () => {
    const raised = Date.now();
    const disk: Alarm = {
      ...{ id: 'a1', key: 'disk-failing/sda', name: 'Disk fails', category: 'equipment', level: 'major' },
      ...{ cause: 'reallocated sectors', details: { device: 'sda' }, host: 'hA', source: 'nc:hA' },
      ...{ raised, changed: raised, occurrences: 1 },
    };
    await report(disk);
    const told = await all((am) => until('Disk fails in Alertmanager', () => alertNamed(am, 'Disk fails')));
    expect(told).toMatchObject([
      { labels: { severity: 'critical', perceived_severity: 'major', source: 'faultline' }, startsAt: iso(raised) },
      { annotations: { cause: 'reallocated sectors' } },
    ]);
    await all((am) =>
      until(
        'it is not suppressed',
        async () => (await alertNamed(am, 'Disk fails'))?.status.state === 'active' || undefined,
      ),
    );
    // It comes back by webhook and by asking, and is what it was.
    const note = await alarmThat('Disk fails', 'is known in Alertmanager', ({ alert: known }) => known !== undefined);
    expect(note).toMatchObject({ id: 'a1', source: 'nc:hA', alert: { silenced: false } });

    const [first] = ams;
    await all((am) => am.post(alert('StillThere')));
    await alarmThat('StillThere', 'is raised', () => true);
    await first?.kill();
    await until('the OMS says that one is away', async () => {
      const { alertmanagers } = (await (await fetch(`${oms.url}/api/v1/status`)).json()) as OmsStatus;
      const [one, other] = alertmanagers;
      return (one?.asked.error != null && one.sent.error != null && other?.asked.error === null) || undefined;
    });
    await first?.begin();
    if (first) await until('Disk fails after a restart', () => alertNamed(first, 'Disk fails'));
    await oms.end('SIGKILL');
    oms = await startOms();
    // The one that restarted has forgotten it; the other one has it.
    const [still] = await alarmsNamed('StillThere');
    expect(still?.cleared).toBeUndefined();

    await report({ ...disk, changed: raised + 1, cleared: raised + 1 });
    await all((am) =>
      until('it is over in Alertmanager', async () =>
        (await alertNamed(am, 'Disk fails')) === undefined ? true : undefined,
      ),
    );
    expect((await alarmsNamed('Disk fails')).map(({ id }) => id)).toEqual(['a1']);
  });
});

const iso = (time: number): string => new Date(time).toISOString();
