import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../config.ts';
import { readWebConfig } from '../web/config/web-config.ts';
import { makeCa } from '../web/testing.ts';

const FOLDER = join(import.meta.dirname, '../../systemd');
/** Of 10, the most: systemd-analyze calls up to 2 "OK", and then comes "medium". */
const MOST_EXPOSURE = 2;

const isHere = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!isHere && process.env['CI'] === 'true') throw new Error('systemd-analyze is missing (Debian package systemd)');
const describeHere = isHere ? describe : describe.skip;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-unit-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describeHere('the unit (skipped: systemd-analyze is not installed)', () => {
  let path: string;
  beforeAll(() => {
    path = join(folder, 'faultline-exporter.service');
    const unit = readFileSync(join(FOLDER, 'faultline-exporter.service'), 'utf8');
    // It is only checked that a program is there; where Node.js is, differs.
    writeFileSync(path, unit.replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`));
  });

  it('is one that systemd has nothing to say about', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    // Other units of the machine are looked at too.
    const ofOurs = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('faultline'));
    expect({ status, ofOurs }).toEqual({ status: 0, ofOurs: [] });
  });

  it('leaves the service little that it could do', () => {
    const args = ['security', '--offline=true', `--threshold=${MOST_EXPOSURE * 10}`, path];
    expect(spawnSync('systemd-analyze', args).status).toBe(0);
  });
});

describe('the examples beside it', () => {
  it('are settings that can be used', () => {
    expect(readConfig(['--config.file', join(FOLDER, 'exporter.yml')], {})).toMatchObject({
      listen: [{ host: '127.0.0.1', port: 9177 }],
      cycleIntervalMs: 15_000,
      spoolDir: '/var/lib/faultline/exporter/spool',
    });
    makeCa(folder, 'exporter');
    const example = join(folder, 'web.yml');
    writeFileSync(example, readFileSync(join(FOLDER, 'web.yml')));
    expect(readWebConfig('--web.config.file', example)).toMatchObject({ users: null, tls: { isHttp2: true } });
  });
});
