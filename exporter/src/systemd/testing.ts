import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Binds a datagram socket, as systemd does, and prints each datagram as a line of JSON. Node cannot. */
const RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('[]', flush=True)
while True:
    print(json.dumps(receiver.recv(4096).decode().split('\\n')), flush=True)
`;

/** The other end of sd_notify, for tests. */
export interface NotifySocket {
  /** The assignments of the next datagram; the barriers of systemd-notify are left out. */
  next(): Promise<string[]>;
  close(): Promise<void>;
}

export async function bindNotifySocket(path: string): Promise<NotifySocket> {
  const child = spawn('python3', ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string[]> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('the notify socket is gone');
    const assignments = JSON.parse(line.value) as string[];
    return assignments[0] === 'BARRIER=1' ? next() : assignments;
  };
  await next();
  return {
    next,
    async close() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
