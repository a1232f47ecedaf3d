import type { Party } from '@faultline/contracts';
import { withDeadline } from '@faultline/program';
import type { ControlReply, ControlRequest, Progress } from './messages.ts';

/** What an answerer has beside the request. */
export interface Exchange {
  /** Aborts when the asker no longer waits, with the reason. */
  signal: AbortSignal;
  /** Tells the asker how far it is; nothing comes back. */
  tell: (progress: Progress) => void;
}

/** Answers one request. */
export type Answerer = (request: ControlRequest, exchange: Exchange) => Promise<ControlReply>;

/** Carries a request to the party it is addressed to, and that party's reply back. */
export interface Transport {
  /**
   * @param hear told what the addressee says before it replies
   * @throws DeliveryError
   */
  send(request: ControlRequest, hear?: Exchange['tell']): Promise<ControlReply>;
}

/**
 * Thrown when a request brought no reply. `no-such-party`, `link-forbidden`: it was not delivered, nothing was done.
 * `no-reply`, `party-broke`, `transport-closed`: it may have been acted upon, so the outcome is not known.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: 'no-such-party' | 'link-forbidden' | 'no-reply' | 'party-broke' | 'transport-closed';

  constructor(code: DeliveryError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether it is certain that the addressee did nothing. */
  get nothingDone(): boolean {
    return this.code === 'no-such-party' || this.code === 'link-forbidden';
  }
}

/** A40: CLC talks to CC, CC to NC and BRM, nobody else asks anybody. */
const LINKS: readonly (readonly [Party['role'], Party['role']])[] = [
  ['CLC', 'CC'],
  ['CC', 'NC'],
  ['CC', 'BRM'],
];

export const partyName = ({ role, node }: Party): string => (node === undefined ? role : `${role} ${node}`);

/**
 * The transport between parties in one process. It keeps the terms of a network: messages are copied as plain data,
 * every request has a deadline, and a party that throws is a party that did not answer.
 */
export class LocalTransport implements Transport {
  readonly #parties = new Map<string, Answerer>();
  readonly #closing = new AbortController();

  /** Makes a party reachable under its role and node. */
  serve(party: Party, answer: Answerer): void {
    this.#parties.set(partyName(party), answer);
  }

  async send(request: ControlRequest, hear?: Exchange['tell']): Promise<ControlReply> {
    const { from, to, withinMs } = request;
    this.#closing.signal.throwIfAborted();
    if (!LINKS.some(([asks, answers]) => from.role === asks && to.role === answers)) {
      throw new DeliveryError('link-forbidden', `${partyName(from)} does not talk to ${partyName(to)}`);
    }
    const answer = this.#parties.get(partyName(to));
    if (answer === undefined) throw new DeliveryError('no-such-party', `there is no ${partyName(to)}`);

    const late = new DeliveryError('no-reply', `${partyName(to)} did not answer within ${withinMs / 1000} s`);
    const ask = async (signal: AbortSignal): Promise<ControlReply> => {
      try {
        const tell = (progress: Progress): void => {
          if (!signal.aborted) hear?.(structuredClone(progress));
        };
        return structuredClone(await answer(structuredClone(request), { signal, tell }));
      } catch (error) {
        throw new DeliveryError('party-broke', `${partyName(to)} broke: ${String(error)}`, { cause: error });
      }
    };
    const answerOrEnd = (signal: AbortSignal): Promise<ControlReply> => Promise.race([ask(signal), endOf(signal)]);
    return withDeadline(this.#closing.signal, withinMs, answerOrEnd, late);
  }

  /** Ends every waiting request with `transport-closed` and this reason, and every later one. */
  close(reason: string): void {
    this.#closing.abort(new DeliveryError('transport-closed', reason));
  }
}

/** Rejects with the reason when the signal is aborted. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as DeliveryError);
    });
  });
}
