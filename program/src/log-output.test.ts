import { describe, expect, it } from '@jest/globals';
import { LogOutput, type WriteOnce } from './log-output.ts';

/** A disk that takes what fits and then says ENOSPC, and answers only when it is told to. */
class Disk {
  text = '';
  room = Infinity;
  readonly #due: (() => void)[] = [];

  readonly write: WriteOnce = (data, done) => {
    this.#due.push(() => {
      const taken = Math.min(this.room, data.length);
      if (taken === 0) {
        done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }), 0);
        return;
      }
      this.room -= taken;
      this.text += data.subarray(0, taken).toString();
      done(null, taken);
    });
  };

  answerAll(): void {
    for (let answer = this.#due.shift(); answer !== undefined; answer = this.#due.shift()) answer();
  }
}

describe('the way out of a log', () => {
  it('writes lines in order, those that came meanwhile together', () => {
    const disk = new Disk();
    const log = new LogOutput(disk.write);
    for (const line of ['1\n', '2\n', '3\n']) log.write(line);
    disk.answerAll();
    expect(disk.text).toBe('1\n2\n3\n');
  });

  it('outlives a full disk, and says how many lines it cost once there is room again', () => {
    const disk = new Disk();
    const log = new LogOutput(disk.write);
    log.write('before\n');
    disk.answerAll();
    disk.room = 4;
    log.write('torn line\n');
    disk.answerAll();
    log.write('lost\n');
    disk.answerAll();
    disk.room = Infinity;
    log.write('after\n');
    disk.answerAll();
    const [before, torn, told, after] = disk.text.split('\n');
    expect([before, torn, after]).toEqual(['before', 'torn', 'after']);
    expect(JSON.parse(told ?? '')).toMatchObject({ level: 50, lost: 2, msg: expect.stringContaining('ENOSPC') });
    log.write('last\n');
    disk.answerAll();
    expect(disk.text.endsWith('\nafter\nlast\n')).toBe(true);
  });

  it('keeps no more than a bound for a reader that stands still', () => {
    const disk = new Disk();
    const log = new LogOutput(disk.write);
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 3000; count += 1) log.write(line);
    disk.answerAll();
    log.write('again\n');
    disk.answerAll();
    expect(disk.text.split(line)).toHaveLength(1 + 1 + 1024);
    expect(disk.text).toContain('"lost":1975');
  });
});
