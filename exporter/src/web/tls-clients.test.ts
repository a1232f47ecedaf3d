import { describe, expect, it } from '@jest/globals';
import { sansOf } from './tls-clients.ts';

describe('the names in a certificate', () => {
  it.each([
    [undefined, []],
    ['', []],
    [
      'DNS:a.example, IP Address:10.0.0.1, email:ops@example.org, URI:spiffe://x/y',
      ['a.example', '10.0.0.1', 'ops@example.org', 'spiffe://x/y'],
    ],
    ['IP Address:0:0:0:0:0:0:0:1', ['0:0:0:0:0:0:0:1']],
    // One name that looks like two: Node quotes it, and it stays one.
    ['DNS:"a.example, DNS:prometheus.example"', ['a.example, DNS:prometheus.example']],
    ['DNS:"with \\"quotes\\"", DNS:b', ['with "quotes"', 'b']],
    ['othername:<unsupported>, DNS:c', ['c']],
  ])('%j', (subjectAltName, names) => {
    expect(sansOf(subjectAltName)).toEqual(names);
  });
});
