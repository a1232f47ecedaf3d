import { describe, expect, it } from '@jest/globals';
import { cutText } from './cut-text.ts';

describe('a text that is cut', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'longe'],
    ['ab😀', 3, 'ab'],
    ['ab😀', 4, 'ab😀'],
  ])('%s to %i characters is %s', (text, max, cut) => {
    expect(cutText(text, max)).toBe(cut);
  });
});
