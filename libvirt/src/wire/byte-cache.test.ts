import { expect, it } from '@jest/globals';
import { ByteCache } from './byte-cache.ts';

/** A cache, and what it had to decode. */
function counting(slots: number) {
  const decoded: string[] = [];
  const cache = new ByteCache(slots, (bytes) => {
    decoded.push(bytes.toString('utf8'));
    return bytes.toString('utf8');
  });
  return { decoded, text: (words: string, start = 0) => cache.text(Buffer.from(words), start, 8) };
}

it('decodes a text once, wherever it stands', () => {
  const { decoded, text } = counting(64);
  expect(text('cpu.time')).toBe('cpu.time');
  expect(text('xxcpu.time', 2)).toBe('cpu.time');
  expect(decoded).toEqual(['cpu.time']);
});

it('tells texts apart that share a place', () => {
  const { text } = counting(1);
  expect(['cpu.time', 'cpu.user', 'cpu.time', 'net.name'].map((words) => text(words))).toEqual([
    'cpu.time',
    'cpu.user',
    'cpu.time',
    'net.name',
  ]);
});

it('keeps no hold of the packet that the bytes came in', () => {
  const cache = new ByteCache(64, (bytes) => bytes.toString('utf8'));
  const packet = Buffer.from('cpu.time');
  cache.text(packet, 0, 8);
  packet.fill(0x78);
  expect(cache.text(packet, 0, 8)).toBe('xxxxxxxx');
  expect(cache.text(Buffer.from('cpu.time'), 0, 8)).toBe('cpu.time');
});

it('decodes each time what is long, and anything but ASCII as UTF-8', () => {
  const cache = new ByteCache(64, (bytes) => bytes.toString('utf8'));
  const long = Buffer.from('虚拟机'.repeat(50));
  expect(cache.text(long, 0, long.length)).toBe('虚拟机'.repeat(50));
  const short = Buffer.from('虚拟机');
  expect([cache.text(short, 0, 9), cache.text(short, 0, 9), cache.text(short, 0, 0)]).toEqual(['虚拟机', '虚拟机', '']);
});
