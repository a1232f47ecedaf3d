import type { Logger } from 'pino';
import type { Kind, SourceObservations } from '../../model.ts';
import { RedfishClient, type RedfishOptions } from './client.ts';
import { parseRedfish } from './parse.ts';
import { walkRedfish } from './walk.ts';

/** What a Redfish service lists completely, where it lists any. */
const LISTED: readonly Kind[] = ['cpu', 'dimm', 'disk', 'nic', 'psu', 'fan', 'board', 'chassis', 'bmc'];
const NOT_LISTED: readonly Kind[] = ['raid', 'bond', 'pcie-device'];

/** Reads a BMC by Redfish over HTTPS. */
export class RedfishReader {
  readonly #client: RedfishClient;
  readonly #options: { system?: string; now: () => number; log: Logger };

  constructor(options: RedfishOptions & { system?: string; now: () => number; log: Logger }) {
    this.#options = options;
    this.#client = new RedfishClient(options);
  }

  /** @throws BmcError */
  async read(signal: AbortSignal): Promise<SourceObservations> {
    const { system, now, log } = this.#options;
    const at = now();
    this.#client.beginReading();
    const tree = await walkRedfish((path) => this.#client.get(path, signal), system === undefined ? {} : { system });
    for (const failure of tree.failures) log.debug(failure, 'the BMC does not deliver a resource');
    return {
      source: 'redfish',
      channel: 'out-of-band',
      at,
      observations: parseRedfish(tree),
      blindTo: new Set([...NOT_LISTED, ...LISTED.filter((kind) => tree.blindTo.has(kind))]),
    };
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
