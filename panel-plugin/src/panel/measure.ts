/** Widths of texts in one font, in CSS pixels; each text is measured once. */
export function textMeasure(font: string): (text: string) => number {
  const ctx = document.createElement('canvas').getContext('2d');
  const widths = new Map<string, number>();
  return (text) => {
    let width = widths.get(text);
    if (width === undefined) {
      if (ctx) {
        ctx.font = font;
      }
      width = ctx?.measureText(text).width ?? text.length * 7;
      widths.set(text, width);
    }
    return width;
  };
}
