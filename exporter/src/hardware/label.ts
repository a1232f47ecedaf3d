import { cutText } from '../cut-text.ts';

const MAX_LENGTH = 128;

/** A text as it may stand in a label: firmware writes anything of any length into its names. */
export function labelOf(text: string): string {
  return cutText(text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim(), MAX_LENGTH);
}
