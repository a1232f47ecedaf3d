/** Control characters, and halves of surrogate pairs: no record takes them (`Line` and `Lines` of the contracts). */
const NOT_PLAIN = /[\p{Cc}\p{Cs}]/gu;
const REPLACED = '\ufffd';

/** Text of a guest, of firmware or of a file as a record may have it, with its lines and columns. */
export function plainText(text: string): string {
  return text.replace(NOT_PLAIN, (character) => ('\t\n\r'.includes(character) ? character : REPLACED));
}

/** The same in one line. */
export function plainLine(text: string): string {
  return text.replace(NOT_PLAIN, REPLACED);
}
