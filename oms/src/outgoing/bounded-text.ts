/** Thrown for a body that is longer than what is read. */
class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'body-too-large';
}

/** The body of an answer as text. @throws BodyTooLargeError as soon as more than `limitBytes` came, naming `who` sent it */
export async function boundedText(
  { body }: Response,
  { limitBytes, who }: { limitBytes: number; who: string },
): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) throw new BodyTooLargeError(`${who} sent more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8').decode(Buffer.concat(chunks));
}
