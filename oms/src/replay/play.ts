import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ingestCycle } from '../cycles/index.ts';
import { openDatabase, type OmsDatabase } from '../database/index.ts';
import { storeOperation } from '../operations/index.ts';
import { ingestReports } from '../reports/index.ts';
import { readRecording, type Recording, type Step } from './read.ts';
import { storeFile } from '../settings/store.ts';
import type { Scenario } from './schema.ts';

/**
 * Opens the store of a recorded incident, filled through the functions that live records go through. It is kept in a
 * folder of its own, so that a recording never stands among a machine's own records, and a second start finds it filled.
 *
 * @throws RecordingInvalidError naming the file and the line that cannot be played
 */
export async function openRecording(
  folder: string,
  options: { dataDir: string; staleAfterMs: number },
): Promise<{ db: OmsDatabase; location: string; scenario: Scenario }> {
  const recording = readRecording(folder);
  const own = join(options.dataDir, 'recorded');
  const mark = join(own, 'recording.txt');
  // Everything in this folder can be made again from the recording, which may have been recorded anew.
  const signature = `${recording.scenario.name} ${recording.digest} ${options.staleAfterMs}\n`;
  const isFilled = existsSync(mark) && readFileSync(mark, 'utf8') === signature;
  if (!isFilled) rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const location = storeFile(own);
  const db = await openDatabase(location);
  try {
    if (!isFilled) {
      await play(db, recording, options);
      writeFileSync(mark, signature);
    }
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, location, scenario: recording.scenario };
}

/** Feeds a recording in order of its times. */
async function play(db: OmsDatabase, recording: Recording, options: { staleAfterMs: number }): Promise<void> {
  for (const step of recording.steps) await feed(db, step, options);
}

async function feed(db: OmsDatabase, step: Step, { staleAfterMs }: { staleAfterMs: number }): Promise<void> {
  switch (step.kind) {
    case 'cycle':
      await ingestCycle(db, step.cycle, { staleAfterMs });
      return;
    case 'reports':
      await ingestReports(db, step.batch, { received: step.at, staleAfterMs });
      return;
    case 'operation':
      await db.transaction().execute((trx) => storeOperation(trx, step.operation));
  }
}
