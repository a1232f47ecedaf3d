import { describe, expect, it } from '@jest/globals';
import { OmsFeed } from './feed.ts';

const STATUS = { version: '0.1.0', now: 5, recording: null, hosts: [] };
const VMS = { vms: [{ uuid: 'u', name: 'web', host: 'h', state: 'running', lastSeen: 1 }] };

/** Answers each path with what `answers` holds now: a body, or an error to reject with. */
function feedOver(answers: Record<string, unknown>) {
  let clock = 1_000;
  const feed = new OmsFeed({
    now: () => clock++,
    fetch: async (input) => {
      const answer = answers[String(input)];
      if (answer instanceof Error || answer instanceof DOMException) {
        throw answer;
      }
      return answer instanceof Response ? answer.clone() : new Response(JSON.stringify(answer));
    },
  });
  return feed;
}

describe('OmsFeed', () => {
  it('tells its listeners the status and the VMs', async () => {
    const feed = feedOver({ '/api/v1/status': STATUS, '/api/v1/vms': VMS });
    let told = 0;
    const stop = feed.subscribe(() => told++);
    await feed.ask();
    stop();
    await feed.ask();
    expect(told).toBe(1);
    expect(feed.snapshot()).toEqual({ status: STATUS, vms: VMS.vms });
  });

  it('reads every page of the VMs', async () => {
    const vm = (name: string) => ({ ...VMS.vms[0], uuid: name, name });
    const feed = feedOver({
      '/api/v1/status': STATUS,
      '/api/v1/vms': { vms: [vm('b')], next: 'c1' },
      '/api/v1/vms?cursor=c1': { vms: [vm('c')], next: 'c2' },
      '/api/v1/vms?cursor=c2': { vms: [vm('a')], next: null },
    });
    await feed.ask();
    expect(feed.snapshot().vms?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('keeps what it knew while the OMS is away, says since when, and forgets the failure on return', async () => {
    const answers: Record<string, unknown> = { '/api/v1/status': STATUS, '/api/v1/vms': VMS };
    const feed = feedOver(answers);
    await feed.ask();
    answers['/api/v1/status'] = new TypeError('Failed to fetch');
    await feed.ask();
    await feed.ask();
    expect(feed.snapshot()).toEqual({
      status: STATUS,
      vms: VMS.vms,
      failure: { since: 1_000, reason: 'no connection' },
    });
    answers['/api/v1/status'] = STATUS;
    await feed.ask();
    expect(feed.snapshot().failure).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    [
      'a refusal',
      new Response('', { status: 503, statusText: 'Service Unavailable' }),
      '/api/v1/status answered 503 Service Unavailable',
    ],
    ['a hung OMS', new DOMException('', 'TimeoutError'), 'no answer within 10 s'],
    ["another service's JSON", { hello: 1 }, '/api/v1/status did not answer with the status of an OMS'],
    ['null', null, '/api/v1/status did not answer with the status of an OMS'],
  ])('says what %s means', async (_what, answer, reason) => {
    const feed = feedOver({ '/api/v1/status': answer, '/api/v1/vms': VMS });
    await feed.ask();
    expect(feed.snapshot().failure?.reason).toBe(reason);
  });

  it('says when the answer is no JSON', async () => {
    const feed = feedOver({ '/api/v1/status': new Response('<html>'), '/api/v1/vms': VMS });
    await feed.ask();
    expect(feed.snapshot().failure?.reason).toMatch(/JSON/);
  });
});
