import { describe, expect, it } from '@jest/globals';
import { mayAct } from './caller.ts';

describe('who may act', () => {
  it.each([
    [{ who: 'alice', role: 'operate' }, true],
    [{ who: 'grafana', role: 'read' }, false],
    [{ role: null }, false],
    ['operate', false],
    [null, false],
  ])('is told by the role alone: %j', (json, may) => {
    expect(mayAct(json)).toBe(may);
  });
});
