/** Thrown when there will be no news for who asks: asking again would not help. */
export class NewsRefused extends Error {
  constructor(why: string, cause?: unknown) {
    super(`There is no stream of news: ${why}.`, { cause });
  }
}
