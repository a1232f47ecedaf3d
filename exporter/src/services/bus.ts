import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { DBusError, Message, MessageFlag, sessionBus, Variant, type MessageBus } from '@jellybrick/dbus-next';
import { messageOf } from '../cycle/link.ts';
import { BusError } from './errors.ts';

const SYSTEMD = 'org.freedesktop.systemd1';
const SYSTEMD_PATH = '/org/freedesktop/systemd1';

/** A row of `ListUnitsByNames`, as far as it is read. */
export interface ListedUnit {
  loadState: string;
  activeState: string;
  subState: string;
  path: string;
}

/**
 * systemd over one connection to its bus, opened at the first question and again after a failure. After any failure the connection is
 * thrown away: with a bus that hangs, nothing piles up in it.
 */
export class SystemdBus {
  readonly #address: string;
  #bus: MessageBus | null = null;
  #broken: Promise<never> | null = null;

  constructor(address: string) {
    this.#address = address;
  }

  /**
   * One row for each name, in their order; what does not exist has the load state `not-found`.
   *
   * @throws BusError
   */
  async listUnits(names: readonly string[], signal: AbortSignal): Promise<ListedUnit[]> {
    const [rows] = await this.#ask(
      { path: SYSTEMD_PATH, interface: `${SYSTEMD}.Manager`, member: 'ListUnitsByNames' },
      'as',
      [names],
      signal,
    );
    if (!Array.isArray(rows) || rows.length !== names.length) throw this.#unintelligible('ListUnitsByNames');
    return rows.map((row: unknown) => {
      const [, , loadState, activeState, subState, , path] = Array.isArray(row) ? (row as unknown[]) : [];
      if (!isTexts(loadState, activeState, subState, path)) throw this.#unintelligible('ListUnitsByNames');
      return { loadState, activeState, subState, path } as ListedUnit;
    });
  }

  /**
   * A property of a unit, or undefined where this systemd or this kind of unit does not have it.
   *
   * @throws BusError
   */
  async property(path: string, kind: 'Unit' | 'Service', name: string, signal: AbortSignal): Promise<unknown> {
    const method = { path, interface: 'org.freedesktop.DBus.Properties', member: 'Get' };
    try {
      const [value] = await this.#ask(method, 'ss', [`${SYSTEMD}.${kind}`, name], signal);
      return value instanceof Variant ? value.value : undefined;
    } catch (error) {
      if (error instanceof BusError && error.code === 'bus-refused') return undefined;
      throw error;
    }
  }

  /** Gives the connection up at once, and with it every question under way. */
  close(): void {
    const bus = this.#bus as unknown as { _connection: { stream?: Duplex } } | null;
    this.#bus = null;
    this.#broken = null;
    // The library can only end a connection politely, which a bus that hangs would never answer.
    bus?._connection.stream?.destroy();
  }

  async #ask(
    method: { path: string; interface: string; member: string },
    signature: string,
    body: unknown[],
    signal: AbortSignal,
  ): Promise<unknown[]> {
    if (signal.aborted) throw new BusError('bus-timeout');
    const { bus, broken } = this.#open();
    let onAbort: () => void = () => undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      onAbort = () => {
        reject(new BusError('bus-timeout'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      // systemd is not to be started where it does not run.
      const flags = MessageFlag.NO_AUTO_START;
      const message = new Message({ destination: SYSTEMD, ...method, signature, body, flags });
      const reply = await Promise.race([bus.call(message), broken, tooLate]);
      return reply?.body ?? [];
    } catch (error) {
      if (error instanceof DBusError)
        throw new BusError('bus-refused', `${method.member}: ${error.type}: ${error.text}`);
      this.close();
      throw error instanceof BusError ? error : new BusError('bus-unreachable', messageOf(error), { cause: error });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #open(): { bus: MessageBus; broken: Promise<never> } {
    if (this.#bus !== null && this.#broken !== null) return { bus: this.#bus, broken: this.#broken };
    // `sessionBus` is the library's way to a bus by its address, whichever bus it is. EXTERNAL: the kernel says who we are.
    const bus = sessionBus({ busAddress: this.#address, authMethods: ['EXTERNAL'] });
    const broken = new Promise<never>((_resolve, reject) => {
      // Its types leave out the event that it tells of a lost connection with.
      (bus as unknown as EventEmitter).on('error', (error: unknown) => {
        if (this.#bus === bus) this.close();
        reject(new BusError('bus-unreachable', messageOf(error), { cause: error }));
      });
    });
    // Nobody may be asking at that moment; who asks next gets a new connection.
    broken.catch(() => undefined);
    this.#bus = bus;
    this.#broken = broken;
    return { bus, broken };
  }

  #unintelligible(what: string): BusError {
    this.close();
    return new BusError('bus-unintelligible', what);
  }
}

function isTexts(...values: unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}
