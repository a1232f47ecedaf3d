import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { collectors } from './collectors/index.ts';
import { PROGRAM, readConfig, USAGE } from './config.ts';

function lineFor(argv: string[], env: Record<string, string> = {}): string {
  try {
    readConfig(argv, env);
  } catch (error) {
    if (error instanceof BadSettingError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('settings', () => {
  it('has a default for everything an operator need not choose', () => {
    expect(readConfig([], {})).toEqual({
      libvirtUri: 'qemu:///system',
      listen: [{ host: '127.0.0.1', port: 9177 }],
      telemetryPath: '/metrics',
      cycleIntervalMs: 15_000,
      callTimeoutMs: 5000,
      statsTimeoutMs: 2000,
      statsMaxStuckCalls: 5,
      hardwareRememberMs: 86_400_000,
      smartIntervalMs: 600_000,
      smartProgram: 'smartctl',
      bmcIpmiProgram: 'ipmitool',
      bmcInsecure: false,
      bmcIntervalMs: 60_000,
      bmcTimeoutMs: 45_000,
      udevDataPath: '/run/udev/data',
      mountTypes: [],
      mountTimeoutMs: 10_000,
      uplinks: [],
      serviceNames: [],
      serviceManager: 'auto',
      procfsPath: '/proc',
      sysfsPath: '/sys',
      rootfsPath: '/',
      spoolDir: resolve('data/exporter-spool'),
      spoolMaxBytes: 67_108_864,
      cpuSaturatedPercent: 90,
      cpuSaturatedHoldMs: 30_000,
      guestIntervalMs: 60_000,
      guestTimeoutMs: 30_000,
      guestCallTimeoutMs: 5000,
      guestParallel: 8,
      guestPingWaitMs: 2000,
      guestOsMaxAgeMs: 86_400_000,
      guestWriteProbe: false,
      guestSuppressLimitMs: 300_000,
      guestAlarmRounds: 2,
      logLevel: 'info',
      logFormat: 'logfmt',
      legacyNames: false,
      collectors: new Set(collectors.map(({ name }) => name)),
    });
  });

  it('takes flags before the environment, and the environment before the default', () => {
    const env = {
      FAULTLINE_EXPORTER_CYCLE_INTERVAL: '5s',
      FAULTLINE_EXPORTER_OMS_URL: 'http://oms:3000',
      PATH: '/bin',
    };
    expect(readConfig(['--cycle.interval=2s'], env)).toMatchObject({
      cycleIntervalMs: 2000,
      omsUrl: 'http://oms:3000',
    });
    expect(readConfig(['--cycle.interval', '500ms'], {})).toMatchObject({ cycleIntervalMs: 500 });
  });

  it('runs the collectors that are switched on', () => {
    const names = collectors.map(({ name }) => name);
    const enabled = (...args: string[]) => [...readConfig(args, {}).collectors];
    expect(enabled('--no-collector.host', '--no-collector.cycle')).toEqual(
      names.filter((name) => name !== 'host' && name !== 'cycle'),
    );
    expect(enabled('--collector.disable-defaults', '--collector.host')).toEqual(['host']);
    expect(() => enabled('--no-collector.nonsense')).toThrow(
      /^--no-collector\.nonsense: there is no such setting; allowed: --collector\.disable-defaults, --collector\.host, /,
    );
    const env = { FAULTLINE_EXPORTER_COLLECTOR_DOMAIN_CPU: 'false' };
    expect(readConfig([], env).collectors).toEqual(new Set(names.filter((name) => name !== 'domain_cpu')));
  });

  it('documents every setting', () => {
    for (const { flag } of Object.values(PROGRAM.settings)) {
      expect(USAGE).toMatch(new RegExp(`^  --(\\[no-\\])?${flag.replaceAll('.', '\\.')}( \\(repeatable\\))?$`, 'm'));
    }
    expect(USAGE).toContain('FAULTLINE_EXPORTER_ALARM_CPU_SATURATED_HOLD\n');
  });

  const uri = 'allowed: a libvirt URI, such as qemu:///system';
  const address = 'allowed: HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:9177, [::1]:9177 or :9177';
  it.each([
    [['--libvirt.uri', 'libvirt-sock'], `--libvirt.uri: "libvirt-sock" is not allowed; ${uri}`],
    [['--libvirt.uri', ''], `--libvirt.uri: "" is not allowed; ${uri}`],
    [['--libvirt.agent-uri', '/run/x'], `--libvirt.agent-uri: "/run/x" is not allowed; ${uri}`],
    [['--web.listen-address', '9177'], `--web.listen-address: "9177" is not allowed; ${address}`],
    [['--web.listen-address', '::1:9177'], `--web.listen-address: "::1:9177" is not allowed; ${address}`],
    [['--web.listen-address', 'localhost:65536'], `--web.listen-address: "localhost:65536" is not allowed; ${address}`],
    [
      Array<string>(17).fill('--web.listen-address=127.0.0.1:0'),
      '--web.listen-address: 17 values; allowed: at most 16',
    ],
    ...['metrics', '', '/-/ready', '/a b', '/a?b'].map((path): [string[], string] => [
      [`--web.telemetry-path=${path}`],
      `--web.telemetry-path: ${JSON.stringify(path)} is not allowed; allowed: a path that begins with / and not with /-/, such as /metrics`,
    ]),
    [['--web.config.file='], '--web.config.file: "" is not allowed; allowed: a file'],
    [
      ['--cycle.interval', '15'],
      '--cycle.interval: "15" is not allowed; allowed: a duration from 500ms to 10m, such as 15s',
    ],
    [
      ['--cycle.interval', '1ms'],
      '--cycle.interval: "1ms" is not allowed; allowed: a duration from 500ms to 10m, such as 15s',
    ],
    [
      ['--stats.timeout', '-2s'],
      '--stats.timeout: "-2s" is not allowed; allowed: a duration from 100ms to 1m, such as 2s',
    ],
    [
      ['--stats.max-stuck-calls', '16'],
      '--stats.max-stuck-calls: "16" is not allowed; allowed: a whole number from 1 to 15',
    ],
    [
      ['--oms.url', 'http://user:secret@oms'],
      '--oms.url: "http://***@oms" is not allowed; allowed: an http or https URL without credentials or query, such as http://127.0.0.1:3000',
    ],
    [
      ['--guest-agent.interval', '100ms'],
      '--guest-agent.interval: "100ms" is not allowed; allowed: a duration from 1s to 1h, such as 60s',
    ],
    [
      ['--guest-agent.timeout', '0s'],
      '--guest-agent.timeout: "0s" is not allowed; allowed: a duration from 1s to 10m, such as 30s',
    ],
    [
      ['--guest-agent.call-timeout', '1'],
      '--guest-agent.call-timeout: "1" is not allowed; allowed: a duration from 1s to 1m, such as 5s',
    ],
    [
      ['--guest-agent.parallel', '1'],
      '--guest-agent.parallel: "1" is not allowed; allowed: a whole number from 2 to 64',
    ],
    [
      ['--guest-agent.external-address', '-f'],
      '--guest-agent.external-address: "-f" is not allowed; allowed: an IP address or a host name',
    ],
    [['--guest-agent.networks-file', ''], '--guest-agent.networks-file: "" is not allowed; allowed: a file'],
    [
      ['--guest-agent.ping-wait', '10s'],
      '--guest-agent.ping-wait: "10s" is not allowed; allowed: a duration from 1s to 9s, such as 2s',
    ],
    [
      ['--guest-agent.os-max-age', 'never'],
      '--guest-agent.os-max-age: "never" is not allowed; allowed: a duration from 0s to 168h, such as 24h',
    ],
    [['--guest-agent.write-probe=yes'], '--guest-agent.write-probe: "yes" is not allowed; allowed: true, false'],
    [
      ['--guest-agent.suppress-limit', '2d'],
      '--guest-agent.suppress-limit: "2d" is not allowed; allowed: a duration from 0s to 24h, such as 5m',
    ],
    [['--alarm.guest.rounds', '0'], '--alarm.guest.rounds: "0" is not allowed; allowed: a whole number from 1 to 100'],
    [['--spool.dir', ''], '--spool.dir: "" is not allowed; allowed: a folder that can be written to'],
    [
      ['--spool.max-bytes', '1e9'],
      '--spool.max-bytes: "1e9" is not allowed; allowed: a whole number of bytes from 65536 to 10737418240',
    ],
    [
      ['--alarm.cpu-saturated.percent', '101'],
      '--alarm.cpu-saturated.percent: "101" is not allowed; allowed: a whole number from 1 to 100',
    ],
    [
      ['--alarm.cpu-saturated.hold', '0s'],
      '--alarm.cpu-saturated.hold: "0s" is not allowed; allowed: a duration from 1s to 24h, such as 30s',
    ],
    [
      ['--log.level', 'loud'],
      '--log.level: "loud" is not allowed; allowed: trace, debug, info, warn, error, fatal, silent',
    ],
    [['--log.format', 'text'], '--log.format: "text" is not allowed; allowed: logfmt, json'],
    [['--config.file', ''], '--config.file: "" is not allowed; allowed: a file'],
    [['--collector.disable-defaults=1'], '--collector.disable-defaults: "1" is not allowed; allowed: true, false'],
    [['--collector.host=on'], '--collector.host: "on" is not allowed; allowed: true, false'],
    [['--no-collector.host=false'], '--no-collector.host: takes no value'],
    [
      ['--hardware.remember', '1s'],
      '--hardware.remember: "1s" is not allowed; allowed: a duration from 1m to 720h, such as 24h',
    ],
    [
      ['--smart.interval', '30s'],
      '--smart.interval: "30s" is not allowed; allowed: a duration from 1m to 24h, such as 10m',
    ],
    [
      ['--smart.program', 'smartctl -x'],
      '--smart.program: "smartctl -x" is not allowed; allowed: a program’s name or absolute path',
    ],
    [
      ['--bmc.redfish-url', 'http://bmc'],
      '--bmc.redfish-url: "http://bmc" is not allowed; allowed: an https URL of a host without credentials or path, such as https://bmc.example.org',
    ],
    [
      ['--bmc.ipmi-address', '-H bmc'],
      '--bmc.ipmi-address: "-H bmc" is not allowed; allowed: HOST, HOST:PORT or local',
    ],
    [
      ['--bmc.ipmi-program', 'ipmiutil'],
      '--bmc.ipmi-program: "ipmiutil" is not allowed; allowed: ipmitool, ipmi-sensors',
    ],
    [
      ['--bmc.ipmi-cipher-suite', '18'],
      '--bmc.ipmi-cipher-suite: "18" is not allowed; allowed: a whole number from 0 to 17',
    ],
    [['--bmc.username', 'a b'], '--bmc.username: "a b" is not allowed; allowed: a user name without spaces and colons'],
    [['--bmc.password-file', ''], '--bmc.password-file: "" is not allowed; allowed: a file'],
    [
      ['--bmc.fingerprint', 'AA:BB'],
      '--bmc.fingerprint: "AA:BB" is not allowed; allowed: a SHA-256 fingerprint, 32 bytes in hexadecimal with colons between',
    ],
    [['--bmc.system', ''], '--bmc.system: "" is not allowed; allowed: the Id of a system'],
    [['--bmc.interval', '0s'], '--bmc.interval: "0s" is not allowed; allowed: a duration from 1s to 1h, such as 1m'],
    [['--bmc.timeout', '1h'], '--bmc.timeout: "1h" is not allowed; allowed: a duration from 100ms to 10m, such as 45s'],
    [['--path.sysfs', ''], '--path.sysfs: "" is not allowed; allowed: a folder'],
    [['--host.name', ''], '--host.name: "" is not allowed; allowed: a name of 1 to 255 characters'],
    [
      ['--external.mount-type', 'nfs 4'],
      '--external.mount-type: "nfs 4" is not allowed; allowed: a type of file system as in /proc/mounts, such as nfs4',
    ],
    [
      ['--external.mount-timeout', '0s'],
      '--external.mount-timeout: "0s" is not allowed; allowed: a duration from 100ms to 5m, such as 10s',
    ],
    [
      ['--external.uplink', '../../etc'],
      '--external.uplink: "../../etc" is not allowed; allowed: the name of a network interface',
    ],
    [
      ['--services.name', 'libvirtd.service\n'],
      '--services.name: "libvirtd.service\\n" is not allowed; allowed: the name of a systemd unit without ".service", or of a program',
    ],
    [
      ['--services.manager', 'upstart'],
      '--services.manager: "upstart" is not allowed; allowed: auto, systemd, process',
    ],
    [
      ['--services.bus-address', '/run/dbus/system_bus_socket'],
      '--services.bus-address: "/run/dbus/system_bus_socket" is not allowed; allowed: a D-Bus address, such as unix:path=/run/dbus/system_bus_socket',
    ],
    [['--oms.url'], '--oms.url: has no value'],
    [['stray'], 'stray: is not a flag; every setting is written --key value'],
  ])('%j stops the start with one line', (argv, line) => {
    expect(lineFor(argv)).toBe(line);
  });

  it('does not repeat a secret that was put into the URL of the OMS', () => {
    expect(lineFor(['--oms.url', 'http://user:secret@oms'])).not.toContain('secret');
  });

  it('stops at a setting that does not exist, on the command line and in the environment', () => {
    expect(lineFor(['--cycle.intervall', '5s'])).toMatch(
      /^--cycle\.intervall: there is no such setting; allowed: --cycle\.interval$/,
    );
    expect(lineFor([], { FAULTLINE_EXPORTER_CYCLE: '5s' })).toMatch(
      /^FAULTLINE_EXPORTER_CYCLE: there is no such setting; /,
    );
    expect(lineFor([], { FAULTLINE_EXPORTER_CYCLE_INTERVAL: 'x' })).toMatch(
      /^FAULTLINE_EXPORTER_CYCLE_INTERVAL: "x" is not allowed/,
    );
  });
});
