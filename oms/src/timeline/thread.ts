import { workerData } from 'node:worker_threads';
import type { FastifyError } from 'fastify';
import { connectDatabase } from '../database/index.ts';
import { problemOfError } from '../problems.ts';
import { answerText } from './answer.ts';
import type { ThreadAnswer, ThreadQuestion, ThreadSettings } from './answering.ts';

/** A thread that answers queries: see {@link answeringInThreads}. */
const { location, config, atATime } = workerData as ThreadSettings;
const db = connectDatabase(location, { limits: { connections: atATime } });

export default async function answer({ query, now }: ThreadQuestion): Promise<ThreadAnswer> {
  try {
    return { text: await answerText({ db, config, now: () => now }, query) };
  } catch (error) {
    return { problem: problemOfError(error as FastifyError), cause: error };
  }
}
