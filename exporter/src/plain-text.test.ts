import { describe, expect, it } from '@jest/globals';
import { Name, Text } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { plainLine, plainText } from './plain-text.ts';

describe('text from elsewhere, as records take it,', () => {
  it.each([
    ['PING 10.0.0.1\r\n\t1 received', 'PING 10.0.0.1\r\n\t1 received', 'PING 10.0.0.1\ufffd\ufffd\ufffd1 received'],
    ['a\u0000b\u001b[31mc', 'a\ufffdb\ufffd[31mc', 'a\ufffdb\ufffd[31mc'],
    ['half \ud83d, whole \u{1f600}', 'half \ufffd, whole \u{1f600}', 'half \ufffd, whole \u{1f600}'],
    ['\u007f\u009b', '\ufffd\ufffd', '\ufffd\ufffd'],
  ])('%j', (text, plain, line) => {
    expect([plainText(text), plainLine(text)]).toEqual([plain, line]);
    expect(Value.Check(Text, plain) && Value.Check(Name, line)).toBe(true);
  });
});
