import { describe, expect, it } from '@jest/globals';
import { FreeMonitors } from './free-monitors.ts';

const ref = (name: string, id = 1) => ({ name, uuid: `uuid-${name}`, id });
const answer = (...names: string[]) => ({ at: 0, values: new Map(names.map((name) => [name, 1n])) });

describe('free control interfaces', () => {
  it('are those of the instances whose job the latest bulk call had', () => {
    const free = new FreeMonitors();
    const domains = ['whole', 'part', 'silent'].map((name) => ({ ref: ref(name) }));
    const answers = new Map([
      ['uuid-whole', answer('balloon.current', 'balloon.rss')],
      ['uuid-part', answer('balloon.current')],
    ]);
    free.observe(answers, domains);
    expect(domains.map((domain) => free.wasFree(domain.ref))).toEqual([true, false, false]);
    expect(free.wasFree(ref('whole', 2))).toBe(false);
    free.observe(new Map(), domains);
    expect(free.wasFree(ref('whole'))).toBe(false);
  });
});
