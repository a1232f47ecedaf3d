import { describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { readConfig, USAGE } from './config.ts';

describe('the settings of the OMS', () => {
  it('listens on loopback, collects from nobody and performs nothing when told nothing', () => {
    expect(readConfig([], {})).toMatchObject({
      listen: { host: '127.0.0.1', port: 3000 },
      scrapeUrls: [],
      scrapeIntervalMs: 5000,
      staleAfterMs: 45_000,
      transientLimitMs: 300_000,
      controlHosts: {},
      replayDir: undefined,
      anonymousAccess: 'read',
      insecure: false,
      tls: null,
      logLevel: 'info',
    });
  });

  it('keeps its records in the PostgreSQL database that the environment names, and in no other', () => {
    const url = 'postgresql://faultline:secret@db/faultline';
    expect(readConfig([], { DATABASE_URL: url }).databaseUrl).toBe(url);
    expect(readConfig([], { DATABASE_URL: '' }).databaseUrl).toBeUndefined();
    expect(() => readConfig([], { DATABASE_URL: 'mysql://db/faultline' })).toThrow(
      'DATABASE_URL: must be a URL that begins with postgresql://',
    );
  });

  it('needs an address for other OMSs where it shares a database and listens everywhere', () => {
    const env = { DATABASE_URL: 'postgresql://db/faultline' };
    const everywhere = ['--web.listen-address', '0.0.0.0:3000', '--web.insecure'];
    expect(readConfig([], env)).toMatchObject({ externalUrl: undefined, leaseMs: 6000 });
    expect(readConfig(everywhere, {}).externalUrl).toBeUndefined();
    expect(() => readConfig(everywhere, env)).toThrow(
      '--web.external-url: is needed with DATABASE_URL when every address is listened on',
    );
    expect(() => readConfig(['--web.listen-address', '[::]:3000', '--web.insecure'], env)).toThrow(BadSettingError);
    const externalUrl = 'https://oms1.example.org:3000';
    expect(readConfig([...everywhere, '--web.external-url', externalUrl], env)).toMatchObject({ externalUrl });
  });

  it('reads flags over environment, and lists from both', () => {
    const env = {
      FAULTLINE_OMS_WEB_LISTEN_ADDRESS: '127.0.0.1:1',
      FAULTLINE_OMS_SCRAPE_URL: 'http://a:9177/metrics, http://b:9177/metrics',
      FAULTLINE_OMS_SCRAPE_INTERVAL: '1m',
      FAULTLINE_OMS_DATA_DIR: '',
    };
    const args = [
      '--web.listen-address',
      '[::1]:8080',
      '--control.host',
      'hA=qemu:///system',
      '--control.host',
      'hB=qemu+unix:///system?socket=/s',
      '--control.host',
      'hC=qemu+tls://root@hc.example.org:1/system?pkipath=/etc/ours',
      '--control.migration-uri',
      'hB=qemu+tcp://10.0.0.2/system',
    ];
    expect(readConfig(args, env)).toMatchObject({
      listen: { host: '::1', port: 8080 },
      scrapeUrls: ['http://a:9177/metrics', 'http://b:9177/metrics'],
      scrapeIntervalMs: 60_000,
      staleAfterMs: 180_000,
      controlHosts: {
        hA: { uri: 'qemu:///system', migrationUri: undefined },
        hB: { uri: 'qemu+unix:///system?socket=/s', migrationUri: 'qemu+tcp://10.0.0.2/system' },
        // Where our certificates are says nothing to another host.
        hC: {
          uri: 'qemu+tls://root@hc.example.org:1/system?pkipath=/etc/ours',
          migrationUri: 'qemu+tls://hc.example.org:1/system',
        },
      },
    });
  });

  it('listens for other machines with TLS, or where it is told that this is meant', () => {
    const everywhere = ['--web.listen-address', '0.0.0.0:1'];
    const tls = ['--web.tls-cert', '/c.pem', '--web.tls-key', '/k.pem'];
    expect(readConfig([...everywhere, ...tls], {})).toMatchObject({ tls: { cert: '/c.pem', key: '/k.pem' } });
    expect(readConfig([...everywhere, '--web.insecure'], {})).toMatchObject({ tls: null, insecure: true });
    for (const host of ['localhost', '127.8.8.8', '[::1]', '[::ffff:127.0.0.1]']) {
      expect(readConfig(['--web.listen-address', `${host}:1`], {})).toMatchObject({ insecure: false });
    }
  });

  it('keeps samples for a month and the history for more than a year, or as long as it is told', () => {
    const days = (count: number): number => count * 86_400_000;
    expect(readConfig([], {}).retention).toEqual({
      samples: days(30),
      states: days(400),
      events: days(400),
      reports: days(30),
      operations: days(400),
      alarms: days(400),
    });
    const { retention } = readConfig(['--retention.samples', '2d', '--retention.operations', 'forever'], {});
    expect(retention).toMatchObject({ samples: days(2), operations: Infinity, states: days(400) });
  });

  it.each([
    ...['0.0.0.0', '[::]', '192.168.1.5', 'oms.example', '[::ffff:10.0.0.1]'].map(
      (host): [string[], object, string] => [
        ['--web.listen-address', `${host}:1`],
        {},
        `--web.listen-address: ${host.replace(/[[\]]/g, '')} is for other machines too: it needs --web.tls-cert and --web.tls-key`,
      ],
    ),
    [['--web.tls-cert', '/c.pem'], {}, '--web.tls-cert: needs --web.tls-key too'],
    [['--web.tls-key', '/k.pem'], {}, '--web.tls-key: needs --web.tls-cert too'],
    [['--web.anonymous-access', 'report'], {}, '--web.anonymous-access: "report" is not allowed; allowed: none, read'],
    [['--web.rate-limit', '0'], {}, '--web.rate-limit: "0" is not allowed; allowed: a whole number of requests from 1'],
    [
      ['--web.listen-address', '3000'],
      {},
      '--web.listen-address: "3000" is not allowed; allowed: HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:3000 or [::1]:3000',
    ],
    [['--web.external-url', 'oms1:3000'], {}, '--web.external-url: "oms1:3000" is not allowed'],
    [['--web.external-url', 'http://ana:pw@oms1'], {}, '--web.external-url: '],
    [['--lease.duration', '10ms'], {}, '--lease.duration: "10ms" is not allowed'],
    [['--web.listen-address', ':3000'], {}, '--web.listen-address: ":3000" is not allowed'],
    [['--web.listen-address', 'a:99999'], {}, '--web.listen-address: "a:99999" is not allowed'],
    [[], { FAULTLINE_OMS_WEB_LISTEN_ADDRESS: 'x y:1' }, 'FAULTLINE_OMS_WEB_LISTEN_ADDRESS: "x y:1" is not allowed'],
    [['--web.allowed-host', 'a:3000'], {}, '--web.allowed-host: "a:3000" is not allowed; allowed: a host name without'],
    [['--data.dir', ''], {}, '--data.dir: "" is not allowed; allowed: a folder'],
    [
      ['--scrape.url', 'localhost:9177'],
      {},
      '--scrape.url: "localhost:9177" is not allowed; allowed: up to 100 http or https URLs',
    ],
    [['--scrape.url', 'file:///etc/passwd'], {}, '--scrape.url: "file:///etc/passwd" is not allowed'],
    [[], { FAULTLINE_OMS_SCRAPE_URL: 'http://a,b' }, 'FAULTLINE_OMS_SCRAPE_URL: "b" is not allowed'],
    [
      ['--scrape.interval', '5'],
      {},
      '--scrape.interval: "5" is not allowed; allowed: a duration from 100ms to 1h, such as 5s or 2m',
    ],
    [['--scrape.interval', '1ms'], {}, '--scrape.interval: "1ms" is not allowed'],
    [['--scrape.interval', '-5s'], {}, '--scrape.interval: "-5s" is not allowed'],
    [['--state.stale-after', '2h'], {}, '--state.stale-after: "2h" is not allowed'],
    [['--state.transient-limit', 'never'], {}, '--state.transient-limit: "never" is not allowed'],
    [
      ['--control.host', 'qemu:///system'],
      {},
      '--control.host: "qemu:///system" is not allowed; allowed: NAME=URI, each name once, such as hv1=qemu:///system',
    ],
    [
      ['--control.migration-uri', 'a=qemu+tcp://a/system'],
      {},
      '--control.migration-uri: names a, which no --control.host has',
    ],
    [['--control.host', 'a=b'], {}, '--control.host: "a=b" is not allowed'],
    [
      ['--control.host', 'a=qemu:///x', '--control.host', 'a=qemu:///y'],
      {},
      '--control.host: "a=qemu:///y" is not allowed',
    ],
    [
      ['--retention.samples', '30'],
      {},
      '--retention.samples: "30" is not allowed; allowed: days from 1d to 36500d, such as 30d, or forever',
    ],
    [['--retention.states', '0d'], {}, '--retention.states: "0d" is not allowed'],
    [['--retention.events', '36501d'], {}, '--retention.events: "36501d" is not allowed'],
    [['--retention.reports', '-1d'], {}, '--retention.reports: "-1d" is not allowed'],
    [[], { FAULTLINE_OMS_RETENTION_ALARMS: '5h' }, 'FAULTLINE_OMS_RETENTION_ALARMS: "5h" is not allowed'],
    [
      ['--alarm.severity', 'P1'],
      {},
      '--alarm.severity: "P1" is not allowed; allowed: SEVERITY=LEVEL with a level of critical, major, minor, warning, indeterminate, each severity once',
    ],
    [['--alarm.severity', 'P1=urgent'], {}, '--alarm.severity: "P1=urgent" is not allowed'],
    [
      ['--alarm.severity', 'P1=major', '--alarm.severity', 'p1=minor'],
      {},
      '--alarm.severity: "p1=minor" is not allowed',
    ],
    [
      ['--alertmanager.url', 'am:9093'],
      {},
      '--alertmanager.url: "am:9093" is not allowed; allowed: up to 20 http or https URLs without credentials and query',
    ],
    [['--alertmanager.url', 'http://ana:pw@am'], {}, '--alertmanager.url: "http://***@am" is not allowed'],
    [
      ['--alertmanager.url', 'http://am/', '--alertmanager.url', 'http://am'],
      {},
      '--alertmanager.url: names http://am twice',
    ],
    [['--alertmanager.interval', '0s'], {}, '--alertmanager.interval: "0s" is not allowed'],
    [['--alertmanager.settle-after', '2h'], {}, '--alertmanager.settle-after: "2h" is not allowed'],
    [['--alertmanager.receiver', ''], {}, '--alertmanager.receiver: "" is not allowed'],
    [['--alertmanager.major-severity', 'error'], {}, '--alertmanager.major-severity: "error" is not allowed'],
    [['--alertmanager.send'], {}, '--alertmanager.send: needs an --alertmanager.url'],
    [['--alertmanager.receiver', 'x'], {}, '--alertmanager.receiver: needs an --alertmanager.url'],
    [['--alertmanager.basic-auth-file', '/f'], {}, '--alertmanager.basic-auth-file: needs an --alertmanager.url'],
    [
      ['--alertmanager.basic-auth-file', '/f', '--alertmanager.bearer-token-file', '/t'],
      {},
      '--alertmanager.basic-auth-file: cannot be used with --alertmanager.bearer-token-file',
    ],
    [
      ['--replay.dir', 's', '--alertmanager.url', 'http://a'],
      {},
      '--alertmanager.url: cannot be used with --replay.dir',
    ],
    [['--log.level', 'loud'], {}, '--log.level: "loud" is not allowed; allowed: trace, debug, info'],
    [['--nonsense'], {}, '--nonsense: there is no such setting; allowed: --'],
    [['stray'], {}, 'stray: is not a flag'],
    [['--data.dir'], {}, '--data.dir: has no value'],
    [['--replay.dir', 's', '--scrape.url', 'http://a'], {}, '--scrape.url: cannot be used with --replay.dir'],
    [['--replay.dir', 's', '--prometheus.url', 'http://a'], {}, '--prometheus.url: cannot be used with --replay.dir'],
    [
      ['--prometheus.url', 'http://ana:secret@a:9090'],
      {},
      '--prometheus.url: "http://***@a:9090" is not allowed; allowed: an http or https URL without credentials and query',
    ],
    [['--prometheus.url', 'http://a', '--prometheus.match', 'job=a'], {}, '--prometheus.match: "job=a" is not allowed'],
    [
      ['--prometheus.url', 'http://a', '--prometheus.header', 'Authorization=Bearer x'],
      {},
      '--prometheus.header: "Authorization=Bearer x" is not allowed; allowed: NAME=VALUE without secrets',
    ],
    [['--prometheus.header', 'X-Scope-OrgID=a'], {}, '--prometheus.header: needs --prometheus.url too'],
    [
      ['--prometheus.catch-up', '8d'],
      {},
      '--prometheus.catch-up: "8d" is not allowed; allowed: a duration from 1m to 7d',
    ],
    [
      ['--prometheus.url', 'http://a', '--prometheus.token-file', 't', '--prometheus.basic-auth-file', 'b'],
      {},
      '--prometheus.token-file: cannot be used with --prometheus.basic-auth-file',
    ],
  ])('says in one line what is wrong with %j %j', (args, env, line) => {
    const read = (): unknown => readConfig(args, env);
    expect(read).toThrow(BadSettingError);
    expect(read).toThrow(line);
    try {
      read();
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it('asks a query server as it is told, and takes its intervals for silence into account', () => {
    const args = [
      ...['--prometheus.url', 'https://mimir/prometheus', '--prometheus.interval', '30s', '--prometheus.delay', '10s'],
      ...['--prometheus.match', 'job="faultline"', '--prometheus.header', 'X-Scope-OrgID=ops'],
      ...['--prometheus.token-file', '/run/token'],
    ];
    expect(readConfig(args, {})).toMatchObject({
      staleAfterMs: 100_000,
      prometheus: {
        url: 'https://mimir/prometheus',
        intervalMs: 30_000,
        delayMs: 10_000,
        catchUpMs: 3_600_000,
        matchers: ['job="faultline"'],
        headers: { 'X-Scope-OrgID': 'ops' },
        credentials: { kind: 'bearer', file: '/run/token' },
      },
    });
    expect(readConfig([], {}).prometheus).toBeNull();
  });

  it('asks no Alertmanager and tells none unless it is told to', () => {
    const alertmanager = (...args: string[]) => readConfig(args, {}).alertmanager;
    expect(alertmanager()).toEqual({
      ...{ urls: [], intervalMs: 30_000, settleMs: 300_000, receiver: undefined, credentials: null },
      ...{ isSending: false, majorSeverity: 'critical' },
    });
    const urls = ['--alertmanager.url', 'http://am1:9093/', '--alertmanager.url', 'https://am.example.org/alerts'];
    const more = ['--alertmanager.send', '--alertmanager.bearer-token-file', '/etc/token'];
    expect(alertmanager(...urls, ...more)).toMatchObject({
      urls: ['http://am1:9093', 'https://am.example.org/alerts'],
      credentials: { scheme: 'Bearer', file: '/etc/token' },
      isSending: true,
    });
  });

  it('reads what severities of Alertmanager mean over what they usually mean (A42)', () => {
    const { severityLevels } = readConfig(
      ['--alarm.severity', 'P1=critical', '--alarm.severity', 'warning=warning'],
      {},
    );
    expect(severityLevels).toMatchObject({ p1: 'critical', warning: 'warning', error: 'major' });
  });

  it('says in the usage text what is allowed, and the variable', () => {
    expect(USAGE).toContain('--control.host (repeatable)\n');
    expect(USAGE).toContain('NAME=URI, each name once');
    expect(USAGE).toContain('environment: FAULTLINE_OMS_STATE_STALE_AFTER\n');
  });

  it('stops at a variable that is misspelled', () => {
    expect(() => readConfig([], { FAULTLINE_OMS_DATADIR: '/d' })).toThrow(
      /^FAULTLINE_OMS_DATADIR: there is no such setting; allowed: FAULTLINE_OMS_/,
    );
  });
});
