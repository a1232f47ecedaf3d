import { describe, expect, it } from '@jest/globals';
import { fetchWith } from './client.ts';
import { readToken, TokenStore } from './token.ts';

function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('a token', () => {
  it('is kept until it is forgotten, and sent as bearer', () => {
    const kept = storage();
    new TokenStore(kept).use('flt_a');
    const token = new TokenStore(kept);
    expect(token.headers()).toEqual({ authorization: 'Bearer flt_a' });
    token.forget();
    expect(token.headers()).toEqual({});
    expect(kept.kept.size).toBe(0);
    expect(new TokenStore(null).headers()).toEqual({});
  });

  it('is asked for when the OMS answers 401, in its words, unless it was replaced meanwhile', async () => {
    const token = new TokenStore(null);
    const sent: Array<string | null> = [];
    const problem = JSON.stringify({ code: 'unauthorized', detail: 'this takes a token' });
    const fetch = fetchWith(token, async (_input, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return new Response(problem, { status: 401 });
    });
    const response = await fetch('/api/v1/vms', { headers: { accept: 'application/json' } });
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    expect(token.snapshot()).toMatchObject({ text: null, refusal: 'this takes a token' });

    token.use('flt_b');
    expect(token.snapshot().refusal).toBeNull();
    const late = fetch('/api/v1/vms');
    token.use('flt_c');
    await late;
    expect(token.snapshot()).toEqual({ text: 'flt_c', refusal: null, isWanted: false });
    expect(sent).toEqual([null, 'Bearer flt_b']);
  });

  it.each([
    ['  flt_x \n', { text: 'flt_x' }],
    ['Authorization: Bearer flt_x', { text: 'flt_x' }],
    [' ', { wrong: expect.any(String) }],
    ['flt x', { wrong: expect.any(String) }],
    ['flt_ü', { wrong: expect.any(String) }],
    ['flt\u0000', { wrong: expect.any(String) }],
  ])('is read from %j', (pasted, read) => {
    expect(readToken(pasted)).toEqual(read);
  });
});
