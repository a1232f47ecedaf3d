import { Type } from 'typebox';
import { AgentError, type GuestAgent } from './agent.ts';

/** Files of /proc and /sys are small; one that has no end is read so far and no further. */
const MAX_BYTES = 256 * 1024;
const CHUNK_BYTES = 48 * 1024;

const Handle = Type.Integer();
const Chunk = Type.Object({
  'buf-b64': Type.String({ maxLength: 4 * Math.ceil(CHUNK_BYTES / 3) }),
  eof: Type.Boolean(),
});

/**
 * The text of a file in the guest; null when there is none.
 *
 * @throws AgentError
 */
export async function readGuestFile(agent: GuestAgent, path: string): Promise<string | null> {
  const handle = await openedOrNull(agent, path);
  if (handle === null) return null;
  try {
    const chunks: Buffer[] = [];
    for (let bytes = 0; bytes < MAX_BYTES;) {
      const answer = await agent.ask(Chunk, 'guest-file-read', { handle, count: CHUNK_BYTES });
      // Counted here: what the guest says of the length may be anything.
      const chunk = Buffer.from(answer['buf-b64'], 'base64');
      chunks.push(chunk);
      bytes += chunk.length;
      if (answer.eof || chunk.length === 0) break;
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await closeGuestFile(agent, handle);
  }
}

/** @throws AgentError */
export function openGuestFile(agent: GuestAgent, path: string, mode: 'r' | 'w'): Promise<number> {
  return agent.ask(Handle, 'guest-file-open', { path, mode });
}

/** An agent that cannot be asked any more closes its files by itself when it ends. */
export async function closeGuestFile(agent: GuestAgent, handle: number): Promise<void> {
  try {
    await agent.ask(Type.Unknown(), 'guest-file-close', { handle });
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
  }
}

async function openedOrNull(agent: GuestAgent, path: string): Promise<number | null> {
  try {
    return await openGuestFile(agent, path, 'r');
  } catch (error) {
    if (
      error instanceof AgentError &&
      error.code === 'refused' &&
      error.message.endsWith('No such file or directory')
    ) {
      return null;
    }
    throw error;
  }
}
