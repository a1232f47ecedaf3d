import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SERVER } from './server.ts';

type Resource = Record<string, unknown>;

/** The certificates of the TLS tests: a CA, and a server's for localhost and 127.0.0.1. */
const PKI = join(import.meta.dirname, '../../../../libvirt/src/fixtures/pki');
export const CA_FILE = join(PKI, 'cacert.pem');
const ELSEWHERE = join(PKI, 'elsewhere');

const SESSIONS = '/redfish/v1/SessionService/Sessions';
const USER = { UserName: 'monitor', Password: 'secret-pass' };

/** What a test may change while the service runs. */
export interface MockBehaviour {
  /** Answers of a path instead of its resource: a status, or raw text. */
  instead: Map<string, { status: number; body?: string }>;
  /** Never answers. */
  isHung: boolean;
  hasSessions: boolean;
}

/** A Redfish service over HTTPS, made of a tree of resources by their paths that can be edited while it runs. */
export class RedfishMock {
  readonly resources: Map<string, Resource>;
  readonly behaviour: MockBehaviour = { instead: new Map(), isHung: false, hasSessions: true };
  /** `GET /redfish/v1/`, in order, with what they were answered. */
  readonly requests: { request: string; status: number }[] = [];
  readonly tokens = new Set<string>();
  readonly #server: Server;
  #sessions = 0;

  private constructor(resources: Record<string, Resource>, { forAnotherHost }: { forAnotherHost: boolean }) {
    this.resources = new Map(Object.entries(resources));
    const folder = forAnotherHost ? ELSEWHERE : PKI;
    const [cert, key] = ['servercert.pem', 'serverkey.pem'].map((name) => readFileSync(join(folder, name)));
    this.#server = createServer({ cert, key }, (request, response) => {
      void this.#answer(request, response);
    });
  }

  static async start(
    resources: Record<string, Resource> = serverResources(),
    { forAnotherHost = false } = {},
  ): Promise<RedfishMock> {
    const mock = new RedfishMock(resources, { forAnotherHost });
    mock.#server.listen(0, '127.0.0.1');
    await once(mock.#server, 'listening');
    return mock;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Changes some members of a resource. */
  edit(path: string, members: Resource): void {
    this.resources.set(path, { ...this.resources.get(path), ...members });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (this.behaviour.isHung) return;
    const path = url.replace(/\?.*$/, '');
    const send = (status: number, text: string, more: Record<string, string> = {}): void => {
      this.requests.push({ request: `${method} ${url}`, status });
      response.writeHead(status, { 'Content-Type': 'application/json', ...more }).end(text);
    };
    if (method === 'POST' && path === SESSIONS) {
      if (!this.behaviour.hasSessions) send(405, '{}');
      else if (JSON.stringify({ ...USER, ...(JSON.parse(body) as Resource) }) !== JSON.stringify(USER)) send(401, '{}');
      else {
        const token = `token-${(this.#sessions += 1)}`;
        this.tokens.add(token);
        send(201, '{}', { 'X-Auth-Token': token, Location: `${SESSIONS}/${token}` });
      }
      return;
    }
    const basic = `Basic ${Buffer.from(`${USER.UserName}:${USER.Password}`).toString('base64')}`;
    const isKnown = this.tokens.has(String(headers['x-auth-token'])) || headers.authorization === basic;
    if (path !== '/redfish/v1/' && !isKnown) send(401, '{}');
    else if (method === 'DELETE') send(this.tokens.delete(path.split('/').pop() ?? '') ? 204 : 404, '');
    else this.#get(path, headers['if-none-match'], send);
  }

  #get(
    path: string,
    known: string | undefined,
    send: (status: number, text: string, more?: Record<string, string>) => void,
  ): void {
    const instead = this.behaviour.instead.get(path);
    const resource = this.resources.get(path);
    if (instead !== undefined) send(instead.status, instead.body ?? '{}');
    else if (resource === undefined) send(404, '{"error":{"code":"Base.1.0.ResourceMissingAtURI"}}');
    else {
      const text = JSON.stringify({ '@odata.id': path, ...resource });
      const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
      if (known === etag) send(304, '', { ETag: etag });
      else send(200, text, { ETag: etag });
    }
  }
}

const link = (path: string): Resource => ({ '@odata.id': path });
const OK = { State: 'Enabled', Health: 'OK' };
const SYSTEM = '/redfish/v1/Systems/1';
const CHASSIS = '/redfish/v1/Chassis/1';

function collection(path: string, members: Record<string, Resource>): Record<string, Resource> {
  const paths = Object.fromEntries(
    Object.entries(members).map(([id, member]) => [`${path}/${id}`, { Id: id, ...member }]),
  );
  return {
    [path]: { Members: Object.keys(paths).map(link), 'Members@odata.count': Object.keys(paths).length },
    ...paths,
  };
}

function byId<T>(items: readonly T[], make: (item: T, index: number) => [string, Resource]): Record<string, Resource> {
  return Object.fromEntries(items.map(make));
}

/** `SERVER` as its BMC shows it, in the older schemas of Thermal and Power. */
function serverResources(): Record<string, Resource> {
  return {
    '/redfish/v1/': {
      Systems: link('/redfish/v1/Systems'),
      Chassis: link('/redfish/v1/Chassis'),
      Managers: link('/redfish/v1/Managers'),
      ProtocolFeaturesSupported: { ExpandQuery: { NoLinks: false } },
    },
    ...collection('/redfish/v1/Managers', {
      bmc: { ManagerType: 'BMC', Model: 'CXMC', UUID: '58893887-8974-2487-2389-841168418919', Status: OK },
    }),
    ...collection('/redfish/v1/Systems', {
      1: {
        Manufacturer: SERVER.vendor,
        Model: SERVER.model,
        SerialNumber: SERVER.serial,
        UUID: SERVER.uuid,
        Status: { ...OK, HealthRollup: 'Warning' },
        Processors: link(`${SYSTEM}/Processors`),
        Memory: link(`${SYSTEM}/Memory`),
        Storage: link(`${SYSTEM}/Storage`),
        EthernetInterfaces: link(`${SYSTEM}/EthernetInterfaces`),
      },
    }),
    ...collection(
      `${SYSTEM}/Processors`,
      byId(SERVER.cpus, ({ socket, model }) => [
        socket,
        { Socket: socket, ProcessorType: 'CPU', Model: model, SerialNumber: null, Status: OK },
      ]),
    ),
    ...collection(`${SYSTEM}/Memory`, {
      ...byId(SERVER.dimms, ({ slot, serial, part }) => [
        `DIMM.${slot}`,
        {
          DeviceLocator: `DIMM ${slot}`,
          Manufacturer: 'Fabrikam',
          SerialNumber: serial.toLowerCase(),
          PartNumber: part,
          Status: OK,
        },
      ]),
      'DIMM.C1': { DeviceLocator: 'DIMM C1', SerialNumber: null, Status: { State: 'Absent', Health: null } },
    }),
    ...collection(`${SYSTEM}/Storage`, {
      AHCI: { Drives: SERVER.disks.map((_, index) => link(`${CHASSIS}/Drives/${index}`)) },
    }),
    ...Object.fromEntries(
      SERVER.disks.map(({ serial, model, wwn, bay }, index) => [
        `${CHASSIS}/Drives/${index}`,
        {
          Id: String(index),
          Name: bay,
          Model: model,
          SerialNumber: serial,
          Identifiers: [{ DurableName: wwn.toUpperCase(), DurableNameFormat: 'NAA' }],
          FailurePredicted: false,
          PredictedMediaLifeLeftPercent: null,
          Status: OK,
        },
      ]),
    ),
    ...collection(
      `${SYSTEM}/EthernetInterfaces`,
      byId(SERVER.nics, ({ mac }, index) => [
        `NIC.${index + 1}`,
        {
          PermanentMACAddress: mac.toUpperCase(),
          LinkStatus: 'LinkUp',
          SpeedMbps: 25_000,
          FullDuplex: true,
          Status: OK,
        },
      ]),
    ),
    ...collection('/redfish/v1/Chassis', {
      1: {
        ChassisType: 'RackMount',
        SerialNumber: SERVER.serial,
        Model: SERVER.model,
        Status: OK,
        Thermal: link(`${CHASSIS}/Thermal`),
        Power: link(`${CHASSIS}/Power`),
      },
    }),
    [`${CHASSIS}/Thermal`]: {
      Temperatures: [
        {
          MemberId: '0',
          Name: 'Inlet',
          ReadingCelsius: 23,
          UpperThresholdNonCritical: 42,
          UpperThresholdCritical: 47,
          Status: OK,
        },
        { MemberId: '1', Name: 'GPU', ReadingCelsius: null, Status: { State: 'Absent' } },
      ],
      Fans: SERVER.fans.map((name, index) => ({
        MemberId: String(index),
        '@odata.id': `${CHASSIS}/Thermal#/Fans/${index}`,
        Name: name,
        Reading: 5400,
        ReadingUnits: 'RPM',
        LowerThresholdCritical: 600,
        Status: OK,
      })),
    },
    [`${CHASSIS}/Power`]: {
      Voltages: [
        {
          MemberId: '0',
          Name: '12V',
          ReadingVolts: 12.1,
          LowerThresholdCritical: 10.8,
          UpperThresholdCritical: 13.2,
          Status: OK,
        },
      ],
      PowerControl: [{ MemberId: '0', Name: 'System Power', PowerConsumedWatts: 344 }],
      PowerSupplies: SERVER.supplies.map(({ name, serial, model }, index) => ({
        MemberId: String(index),
        '@odata.id': `${CHASSIS}/Power#/PowerSupplies/${index}`,
        Name: name,
        Manufacturer: 'Contoso',
        Model: model,
        SerialNumber: serial,
        LineInputVoltage: 230,
        PowerInputWatts: 180,
        Status: OK,
      })),
    },
  };
}
