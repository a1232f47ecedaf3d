const STORED_AS = 'faultline.token';

export interface TokenState {
  /** The token that is sent with every request; null: none is. */
  text: string | null;
  /** Why the OMS did not take a request with this token, or without any, in its own words; null: it did not refuse one. */
  refusal: string | null;
  /** Whether the person wants to name a token, without having been refused. */
  isWanted: boolean;
}

/**
 * The caller's token, kept for this tab until it is closed (`sessionStorage`), and never in an address: those end in histories
 * and logs.
 */
export class TokenStore {
  private state: TokenState;
  private readonly listeners = new Set<() => void>();

  /** @param storage null where the browser keeps nothing for this page */
  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null) {
    this.state = { text: storage?.getItem(STORED_AS) ?? null, refusal: null, isWanted: false };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): TokenState => this.state;

  /** What goes into a request's headers. */
  headers(): Record<string, string> {
    return this.state.text === null ? {} : { authorization: `Bearer ${this.state.text}` };
  }

  use(text: string): void {
    this.storage?.setItem(STORED_AS, text);
    this.tell({ text, refusal: null, isWanted: false });
  }

  forget(): void {
    this.storage?.removeItem(STORED_AS);
    this.tell({ text: null, refusal: null, isWanted: false });
  }

  /** The person wants to name a token, or does not any more. */
  want(isWanted: boolean): void {
    this.tell({ ...this.state, isWanted });
  }

  /** The OMS refused a request that was sent with `sent`; of a token that was replaced meanwhile this says nothing. */
  refuse(sent: string | null, why: string): void {
    if (sent === this.state.text && this.state.refusal !== why) {
      this.tell({ ...this.state, refusal: why });
    }
  }

  private tell(state: TokenState): void {
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}

/** What a person pasted, as a token; or what is wrong with it. */
export function readToken(pasted: string): { text: string } | { wrong: string } {
  const text = pasted.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  if (text === '') {
    return { wrong: 'Paste a token.' };
  }
  return /^[\x21-\x7e]+$/.test(text) ? { text } : { wrong: 'A token has no spaces, and no letters beyond ASCII.' };
}

/** This tab's storage; null where the browser's settings forbid it. */
export function sessionStorageOrNull(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
