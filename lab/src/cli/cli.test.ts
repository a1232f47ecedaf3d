import { describe, expect, it } from '@jest/globals';
import { helpText, oneOf, parseCommandLine, usageLine, wholeNumber } from './command.ts';
import { COMMANDS } from './commands.ts';
import { table } from './report.ts';

const usage = expect.objectContaining({ code: 'usage' });

describe('lab command line', () => {
  it('lists every command with its usage', () => {
    const help = helpText(COMMANDS);
    for (const name of ['up', 'status', 'panic', 'load', 'stop', 'start', 'freeze', 'thaw', 'cut', 'down']) {
      expect(help).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
    expect(parseCommandLine(COMMANDS, [])).toEqual({ help: true });
    expect(parseCommandLine(COMMANDS, ['panic', '--help'])).toEqual({ help: true });
  });

  it('reads operands, options and the folder, which every command takes', () => {
    expect(parseCommandLine(COMMANDS, ['load', 'vm1', '--seconds', '5', '--folder', '/lab'])).toEqual({
      command: expect.objectContaining({ name: 'load' }) as unknown,
      invocation: { folder: '/lab', operands: ['vm1'], options: { seconds: '5' } },
    });
  });

  it('passes what follows -- to the guest', () => {
    const parsed = parseCommandLine(COMMANDS, ['exec', 'vm1', '--', '/bin/ls', '-l']);
    expect(parsed).toMatchObject({ invocation: { operands: ['vm1', '/bin/ls', '-l'] } });
  });

  it.each([
    [['explode'], 'unknown command explode'],
    [['panic'], 'usage: npm run lab -- panic VM'],
    [['panic', 'vm1', 'vm2'], 'usage: npm run lab -- panic VM'],
    [['down', 'vm1'], 'usage: npm run lab -- down'],
    [['panic', 'vm1', '--hard'], "Unknown option '--hard'"],
    [['load', 'vm1', '--seconds'], "'--seconds <value>' argument missing"],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(COMMANDS, args)).toThrow(usage);
    expect(() => parseCommandLine(COMMANDS, args)).toThrow(message);
  });

  it.each(['', '-1', '1.5', '1e3', 'ten', '9999999999'])('refuses the number %j', (seconds) => {
    expect(() => wholeNumber({ seconds }, 'seconds')).toThrow(usage);
  });

  it('takes one of some words', () => {
    expect(oneOf({ mode: 'acpi' }, 'mode', ['agent', 'acpi'])).toBe('acpi');
    expect(oneOf({}, 'mode', ['agent'])).toBeUndefined();
    expect(() => oneOf({ mode: 'loud' }, 'mode', ['agent', 'acpi'])).toThrow(usage);
  });

  it('has no two commands of one name', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    expect(COMMANDS.map(usageLine)).toContain('npm run lab -- stop VM [--mode agent|acpi|destroy]');
  });

  it('aligns columns and leaves no blanks at the end', () => {
    expect(
      table([
        ['a', 'bb', ''],
        ['ccc', 'd', ''],
      ]),
    ).toEqual(['a    bb', 'ccc  d']);
  });
});
