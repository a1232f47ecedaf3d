import { appendFile } from 'node:fs';
import { Writable } from 'node:stream';

/**
 * Appends to a file. What cannot be written, as on a full disk, is dropped and said once: a program whose log nobody takes
 * would keep it in memory, or stand still. It goes on as soon as the file can be written again.
 */
export function logFile(file: string, say: (line: string) => void): Writable {
  let isFailing = false;
  return new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => {
      appendFile(file, chunk, (error) => {
        if (error !== null && !isFailing) say(`its log ${file} cannot be written: ${error.message}`);
        isFailing = error !== null;
        done();
      });
    },
  });
}
