import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './refusal.ts';

describe('who may have something done', () => {
  it('is who has the role, of what is not a recording', () => {
    const ana = { who: 'token/ana', role: 'operate' } as const;
    expect(refusalOf(ana, false)).toBeNull();
    expect(refusalOf(ana, true)).toMatch(/recorded incident/);
    expect(refusalOf({ who: 'anonymous/127.0.0.1', role: 'operate' }, false)).toBeNull();
  });

  it('is told why where it is not them, and nothing before it is known who they are', () => {
    expect(refusalOf({ who: 'token/bob', role: 'read' }, false)).toMatch(/bob.*only read/);
    expect(refusalOf({ who: 'anonymous/127.0.0.1', role: 'read' }, false)).toMatch(/Without a token/);
    expect(refusalOf(undefined, false)).toBeUndefined();
  });
});
