/** At most so many characters of a text. Half of a surrogate pair at the cut would not be valid UTF-8: it goes too. */
export function cutText(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : text.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, '');
}
