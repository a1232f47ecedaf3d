const MAX_LENGTH = 128;

/** A text as it may stand in a label: firmware writes anything of any length into its names. */
export function labelOf(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH);
}
