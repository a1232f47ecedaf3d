export { openRecording } from './play.ts';
export { RecordingInvalidError } from './schema.ts';
