import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig as readExporterConfig } from '@faultline/exporter';
import { readConfig as readOmsConfig } from '@faultline/oms';
import { Ajv } from 'ajv';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { packageOf, ROOT } from './repository.ts';

interface Service {
  image: string;
  build?: { target: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: object;
  restart?: string;
  ports?: string[];
  volumes?: string[];
  network_mode?: string;
  privileged?: boolean;
  deploy: { resources: { limits: { cpus: string; memory: string } } };
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const dockerfile = readFileSync(join(ROOT, 'packaging/docker/Dockerfile'), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-compose-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const flagOf = (service: string, flag: string): string | undefined =>
  compose.services[service]?.command?.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3);

describe('docker-compose.yml', () => {
  it('is what the Compose Specification allows', () => {
    const schema = readFileSync(join(ROOT, 'packaging/schema/compose-spec.json'), 'utf8');
    // The draft is named by an address that ajv does not know; formats are Compose's own.
    const { $schema: _draft, ...rules } = JSON.parse(schema) as Record<string, unknown>;
    const check = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(rules);
    check(compose);
    expect(check.errors).toBeNull();
    expect(check({ ...compose, services: { oms: { image: 'x', memory: '1G' } } })).toBe(false);
  });

  it('mounts only files that are there, and volumes that it names', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const ofRepository = mounts.filter((source) => source.startsWith('./')).map((source) => source.slice(2));
    expect(ofRepository).toContain('packaging/docker/make-tokens.sh');
    expect(ofRepository.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const named = mounts.filter((source) => !/^[./]/.test(source));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('has only variables that make-env.sh makes, and does not start without them', () => {
    const file = join(folder, '.env');
    const script = join(ROOT, 'packaging/docker/make-env.sh');
    const env = { PATH: process.env['PATH'], LIBVIRT_GID: '64055' };
    execFileSync('sh', [script, file], { env });
    const made = Object.fromEntries(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    const used = [...text.matchAll(/\$\{(\w+)([^}]*)\}/g)];
    expect([...new Set(used.map(([, name]) => name))].sort()).toEqual(Object.keys(made).sort());
    expect(used.filter(([, , rest]) => !rest?.startsWith(':?'))).toEqual([]);
    expect(made['POSTGRES_PASSWORD']).toMatch(/^[0-9a-f]{64}$/);
    expect(made['GRAFANA_ADMIN_PASSWORD']).toMatch(/^[0-9a-f]{64}$/);
    expect(made['GRAFANA_ADMIN_PASSWORD']).not.toBe(made['POSTGRES_PASSWORD']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = spawnSync('sh', [script, file], { env, encoding: 'utf8' });
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
    const wrong = spawnSync('sh', [script, join(folder, 'other')], { env: { ...env, LIBVIRT_GID: '1; id' } });
    expect([wrong.status, existsSync(join(folder, 'other'))]).toEqual([1, false]);
    expect(readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n')).toContain('.env');
  });

  it('has flags and variables that the programs know', () => {
    const url = 'postgresql://faultline:secret@127.0.0.1/faultline';
    const { command = [], environment = {} } = compose.services['oms'] ?? {};
    expect(environment['DATABASE_URL']?.replace(/\$\{[^}]*\}/, 'secret')).toBe(url);
    const oms = readOmsConfig(command, { DATABASE_URL: url });
    expect(oms).toMatchObject({ anonymousAccess: 'read', scrapeUrls: [flagOf('oms', 'scrape.url')] });
    const exporter = readExporterConfig(compose.services['exporter']?.command ?? [], {});
    expect(exporter.listen).toEqual([{ host: '127.0.0.1', port: 9177 }]);
    expect(exporter).toMatchObject({ libvirtUri: 'qemu:///system' });
    for (const [service, program] of [
      ['prometheus', 'prometheus'],
      ['alertmanager', 'prometheus-alertmanager'],
    ] as const) {
      const { stdout, stderr } = spawnSync(program, ['--help'], { encoding: 'utf8' });
      for (const word of compose.services[service]?.command ?? [])
        expect(stdout + stderr).toContain(word.split('=')[0]);
    }
  });

  it('has each file and each neighbour where the files in provisioning/ look for it', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[1] ?? ''));
    const provisioned = (path: string): string => readFileSync(join(ROOT, 'provisioning', path), 'utf8');
    const [, token = ''] = /credentials_file: (\S+?)[ }\n]/.exec(provisioned('alertmanager/alertmanager.yml')) ?? [];
    const makes = readFileSync(join(ROOT, 'packaging/docker/make-tokens.sh'), 'utf8');
    expect([dirname(token), makes.includes(`/tokens/alertmanager/${basename(token)}`)]).toEqual([
      '/etc/alertmanager',
      true,
    ]);
    const [, dashboards] = /^ +path: (\S+)$/m.exec(provisioned('grafana/dashboards/faultline.yaml')) ?? [];
    expect(mounts).toEqual(expect.arrayContaining([dirname(token), dashboards]));
    const files = ['prometheus/prometheus.yml', 'alertmanager/alertmanager.yml', 'grafana/datasources/faultline.yaml'];
    const asked = files.flatMap((path) =>
      [...provisioned(path).matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port),
    );
    const listening = ['oms', 'exporter', 'prometheus', 'alertmanager'].map(
      (name) => flagOf(name, 'web.listen-address')?.split(':')[1],
    );
    // Mail (25) and who hears when the dead man's switch is silent (8080) are the operator's own, outside.
    expect([...new Set(asked)].filter((port) => !listening.includes(port))).toEqual(['25', '8080']);
  });

  it('lets other machines reach nothing', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.map((port) => port.split(':')[0])).toEqual(['127.0.0.1', '127.0.0.1']);
    for (const [name, { network_mode }] of services) {
      expect([name, network_mode]).toEqual([name, name === 'pod' ? undefined : 'service:pod']);
    }
  });

  it('bounds each service, tells its health, and has each image by its version', () => {
    for (const [name, service] of services) {
      const { cpus, memory } = service.deploy.resources.limits;
      expect([name, Number(cpus) > 0, memory]).toEqual([name, true, expect.stringMatching(/^\d+[MG]$/)]);
      expect([name, service.image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+(\.\d+)?(-\w+)?$/)]);
      expect([name, service.privileged]).toEqual([name, undefined]);
      // What runs once and ends has no health.
      expect([name, 'healthcheck' in service]).toEqual([name, service.restart !== 'no']);
    }
    const { version } = packageOf('oms');
    for (const name of ['oms', 'exporter']) expect(compose.services[name]?.image).toBe(`faultline-${name}:${version}`);
    const grafana = /^ARG GRAFANA_VERSION=(.+)$/m.exec(dockerfile)?.[1];
    expect(compose.services['grafana']?.image).toBe(`faultline-grafana:${grafana ?? ''}`);
  });
});

describe('the Dockerfile', () => {
  it('is one that a linter has nothing to say about', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate('FROM node\nCOPPY a b\n')).toHaveLength(1);
  });

  it('has the stages that are asked for, none of which of ours runs as root', () => {
    const stages = dockerfile.split(/^FROM /m).slice(1);
    const byName = new Map(stages.map((stage) => [/ AS (\w+)/.exec(stage)?.[1], stage]));
    const targets = services.flatMap(([, { build }]) => (build === undefined ? [] : [build.target]));
    expect(targets.filter((target) => !byName.has(target))).toEqual([]);
    for (const name of ['exporter', 'oms']) expect(byName.get(name)).toMatch(/^USER node$/m);
    // Its own image drops to a user of its own.
    expect(byName.get('grafana')).not.toMatch(/^USER/m);
    expect(stages.map((stage) => stage.split('\n')[0])).toEqual(
      stages.map(() => expect.stringMatching(/^[\w/]+:\$\{\w+\}(-bookworm(-slim)?)? AS \w+$/)),
    );
  });
});
