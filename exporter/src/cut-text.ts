/**
 * At most so many characters of a text. Half of a surrogate pair at the cut would not be valid UTF-8: it goes too. A NUL, which no
 * record may hold, is shown as a character that could not be read.
 */
export function cutText(text: string, maxCharacters: number): string {
  const kept = text.replaceAll('\0', '\uFFFD');
  return kept.length <= maxCharacters ? kept : kept.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, '');
}
