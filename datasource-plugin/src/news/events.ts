import { FaultlineError } from '../errors.ts';

/** One event of a stream: its name, and its data as it came. */
export interface StreamEvent {
  name: string;
  data: string;
}

/** News are a line each; a stream whose events are larger is none of the OMS's. */
const MAX_WAITING_CHARS = 64 * 1024;

/**
 * Reads server-sent events from text that comes in pieces, as the HTML standard has them ("9.2.6 Interpreting an event stream").
 * Comments, ids and fields that are not known are left out.
 */
export class EventReader {
  #waiting = '';
  #name = '';
  #data: string[] = [];

  /** The events that a further piece of text completes. Throws {@link FaultlineError} `answer-malformed` where none comes to an end. */
  read(text: string): StreamEvent[] {
    // A carriage return at the end may be the first half of a line's end.
    const lines = (this.#waiting + text).split(/\r\n|\n|\r(?!$)/);
    this.#waiting = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#take(line) ?? []);
    if (this.#waiting.length + this.#data.join('').length > MAX_WAITING_CHARS) {
      throw new FaultlineError({
        code: 'answer-malformed',
        message: 'The stream of news holds something that is no news.',
      });
    }
    return events;
  }

  #take(line: string): StreamEvent | undefined {
    if (line === '') {
      const event = { name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n') };
      const isWhole = this.#data.length > 0;
      this.#name = '';
      this.#data = [];
      // "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return."
      return isWhole ? event : undefined;
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') {
      this.#name = value;
    } else if (field === 'data') {
      this.#data.push(value);
    }
    return undefined;
  }
}
