/** Who looks at the page, as the OMS knows them. */
export interface Caller {
  /** `token/<name>` or `anonymous/<address>`. */
  who: string;
  role: 'read' | 'report' | 'operate';
}

/**
 * Why a caller may not have anything done, in words; null: they may. Undefined while it is not known who they are.
 *
 * @param isRecording whether a recorded incident is shown, which nobody can act upon
 */
export function refusalOf(caller: Caller | undefined, isRecording: boolean): string | null | undefined {
  if (isRecording) {
    return 'This is a recorded incident: nothing can be done about it.';
  }
  if (caller === undefined) {
    return undefined;
  }
  if (caller.role === 'operate') {
    return null;
  }
  return caller.who.startsWith('token/')
    ? `Your token (${caller.who.slice('token/'.length)}) may only ${caller.role}; this takes a token of the role operate.`
    : 'Without a token you may only look; this takes a token of the role operate.';
}
