/** One element of a list such as `Accept`: its value and its weight from 0 to 1, both as written but in lower case. */
function rangesOf(header: string): { range: string; quality: number }[] {
  return header
    .toLowerCase()
    .split(',')
    .map((element) => {
      const [range = '', ...parameters] = element.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { range, quality: weight === undefined ? 1 : Number(weight.slice(2)) };
    });
}

const isWanted = ({ quality }: { quality: number }): boolean => quality > 0;

/** Whether the client takes our text: Prometheus asks for several formats and ends with `*∕*`. */
export function takesText(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return rangesOf(accept).some(
    (element) => isWanted(element) && ['*/*', 'text/*', 'text/plain'].includes(element.range),
  );
}

/** Whether the client takes gzip by name: a mere `*` promises nothing. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return rangesOf(acceptEncoding ?? '').some((element) => isWanted(element) && element.range === 'gzip');
}
