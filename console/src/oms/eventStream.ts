/** One event of a stream, as the HTML standard's event streams have it. */
export interface StreamEvent {
  name: string;
  id: string;
  data: string;
}

/** What may wait for the end of its event, in characters: a stream that never ends one is not from an OMS. */
const MOST_WAITING = 1_000_000;

/**
 * Reads `text/event-stream`, in whatever pieces it comes. `EventSource` cannot send a token, so the stream is read from `fetch`.
 */
export class EventStreamReader {
  private waiting = '';
  private lastId = '';

  /** The events that end in this piece. @throws RangeError when one event does not end */
  push(piece: string): StreamEvent[] {
    this.waiting += piece;
    const blocks = this.waiting.split(/\r?\n\r?\n/);
    this.waiting = blocks.pop() ?? '';
    if (this.waiting.length > MOST_WAITING) {
      throw new RangeError('an event of the stream does not end');
    }
    return blocks.flatMap((block) => this.read(block) ?? []);
  }

  private read(block: string): StreamEvent | undefined {
    let name = 'message';
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field = '', value = ''] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') {
        name = value;
      } else if (field === 'data') {
        data.push(value);
      } else if (field === 'id') {
        this.lastId = value;
      }
    }
    return data.length === 0 ? undefined : { name, id: this.lastId, data: data.join('\n') };
  }
}
