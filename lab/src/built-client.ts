import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A program that connects with each of the options in its second argument, one after another, and prints what came of
 * it. Its first argument is the client to import.
 */
export const CONNECT_EACH = `
  const [client, cases] = process.argv.slice(1);
  const { connect } = await import(client);
  const outcomes = [];
  for (const options of JSON.parse(cases)) {
    try {
      const connection = await connect({ connectTimeoutMs: 8000, ...options });
      outcomes.push({ hostname: await connection.hostname(), domains: (await connection.listAllDomains()).length });
      await connection.close();
    } catch ({ code, message, offered }) {
      outcomes.push({ code, message, offered });
    }
  }
  console.log(JSON.stringify(outcomes));
`;

/** Copies the libvirt client, as built, to where every user may read it. Answers what to import. */
export async function copyBuiltClient(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o755 });
  await cp(join(import.meta.dirname, '..', '..', 'libvirt', 'dist'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return join(folder, 'index.js');
}
