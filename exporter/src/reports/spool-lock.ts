import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { SpoolInUseError } from '../errors.ts';

/**
 * Keeps a second exporter away from a spool folder. An abstract unix socket is the lock: the kernel frees it when the process ends,
 * however it ends, and no file or process number can be left over.
 *
 * @throws SpoolInUseError
 */
export async function lockFolder(dir: string): Promise<{ release: () => Promise<void> }> {
  const digest = createHash('sha256')
    .update(await realpath(dir))
    .digest('hex');
  const server: Server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    server.listen(`\0faultline-spool-${digest}`);
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new SpoolInUseError(dir);
    throw error;
  }
  return {
    release: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
