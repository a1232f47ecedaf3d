import { describe, expect, it } from '@jest/globals';
import { RequestError } from './errors.ts';
import { selectionOf } from './selection.ts';

const collectors = { running: ['host', 'cycle', 'cpu'], known: ['host', 'cycle', 'cpu', 'agent'] };
const of = (query: string) => selectionOf(new URLSearchParams(query), collectors);

describe('collect[] and exclude[]', () => {
  it.each([
    ['', 'all'],
    ['other=1', 'all'],
    ['collect[]=cpu&collect[]=host', ['host', 'cpu']],
    ['collect%5B%5D=cpu&collect[]=cpu', ['cpu']],
    ['exclude[]=cycle', ['host', 'cpu']],
    ['exclude[]=agent', ['host', 'cycle', 'cpu']],
    ['exclude[]=host&exclude[]=cycle&exclude[]=cpu', []],
  ])('%j is %j', (query, selection) => {
    expect(of(query)).toEqual(selection);
  });

  it.each([
    ['collect[]=nonsense', 'unknown-collector'],
    ['collect[]=', 'unknown-collector'],
    ['collect[]=CPU', 'unknown-collector'],
    ['collect[]=__proto__', 'unknown-collector'],
    ['exclude[]=nonsense', 'unknown-collector'],
    ['collect[]=cpu&collect[]=agent', 'disabled-collector'],
    ['collect[]=cpu&exclude[]=host', 'collect-and-exclude'],
    [`collect[]=${'x'.repeat(5000)}`, 'unknown-collector'],
  ])('%j is refused as %s', (query, code) => {
    let error: unknown;
    try {
      of(query);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      problem: { status: 400, code, field: expect.stringMatching(/^(collect|exclude)\[\]$/) },
    });
    expect((error as Error).message.length).toBeLessThan(200);
  });
});
