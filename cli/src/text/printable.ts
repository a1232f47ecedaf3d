/**
 * Text that came from elsewhere, safe to print: names and causes are written by guests and other systems, and a terminal obeys control
 * characters (ECMA-48: C0, DEL, C1) and turns its lines round at bidirectional ones (Unicode TR 36).
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}
