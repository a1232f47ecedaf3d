import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionOf, ConnectionSettingError } from './config.ts';

describe('the connection', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-cli-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is with the token of the environment, or of a file', () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'flt_file\r\n');
    expect(connectionOf({}, { FAULTLINE_TOKEN: 'flt_env\n' }).token).toBe('flt_env');
    expect(connectionOf({ tokenFile }, { FAULTLINE_TOKEN: 'flt_env' }).token).toBe('flt_file');
    expect(connectionOf({}, { FAULTLINE_TOKEN: '' }).token).toBeUndefined();
    expect(connectionOf({}, {}).token).toBeUndefined();
  });

  it.each(['flt_a\nflt_secret', 'flt_secret \u0000', 'flt_s\u00e9cret flt'])(
    'is refused with what is no token, without repeating it: %j',
    (text) => {
      const tokenFile = join(folder, 'token');
      writeFileSync(tokenFile, text);
      const asked = [() => connectionOf({}, { FAULTLINE_TOKEN: text }), () => connectionOf({ tokenFile }, {})];
      for (const ask of asked) {
        expect(ask).toThrow(ConnectionSettingError);
        expect(ask).toThrow(/^(FAULTLINE_TOKEN|--token-file \S+): this is no token$/);
      }
    },
  );

  it.each(['oms.example.org', 'ftp://oms.example.org'])('is refused with %s for a server', (server) => {
    expect(() => connectionOf({ server }, {})).toThrow(`--server or FAULTLINE_SERVER: '${server}' is not an http`);
  });
});
