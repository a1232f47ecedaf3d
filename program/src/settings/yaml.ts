import { readFileSync } from 'node:fs';
import { types } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { BadSettingError } from './errors.ts';

const MAX_FILE_BYTES = 1_048_576;

/** One setting of a YAML file: where it stands, and what is written there. */
export interface YamlEntry {
  /** The names from the outermost to the innermost. */
  path: readonly string[];
  /** More than one for a list. */
  texts: string[];
  /** The place as the operator finds it, `FILE:LINE`. */
  place: string;
}

/**
 * The settings of a YAML file, in its order. Every scalar is text as it is written, so that the kind of a setting decides
 * what it means and not YAML's guess. An empty file has none.
 *
 * @throws BadSettingError naming `key` when the file cannot be read, and the line when it is not a mapping of settings
 */
export function readYamlFile(key: string, path: string): YamlEntry[] {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    const why = types.isNativeError(error) ? error.message : String(error);
    throw new BadSettingError(key, `${JSON.stringify(path)} cannot be read: ${why}`);
  }
  if (content.length > MAX_FILE_BYTES) {
    throw new BadSettingError(key, `${JSON.stringify(path)} has ${content.length} bytes; allowed: ${MAX_FILE_BYTES}`);
  }
  return yamlEntries(path, content.toString());
}

/**
 * The same of a text; `file` is how errors call it.
 *
 * @throws BadSettingError with file and line
 */
export function yamlEntries(file: string, text: string): YamlEntry[] {
  const lines = new LineCounter();
  const placeAt = (offset: number | undefined): string => `${file}:${lines.linePos(offset ?? 0).line}`;
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new BadSettingError(placeAt(problem.pos[0]), `is not YAML: ${problem.message}`);
  if (isEmpty(document.contents)) return [];
  return entriesOf(document, document.contents, [], placeAt);
}

/** Nothing is written there. `""` is a text. */
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && node.source === '');
}

function entriesOf(
  document: Document.Parsed,
  written: unknown,
  path: readonly string[],
  placeAt: (offset?: number) => string,
): YamlEntry[] {
  const place = placeAt((written as Node | null)?.range?.[0]);
  const refuse = (why: string): BadSettingError =>
    new BadSettingError(path.length === 0 ? place : `${place}: ${path.join('.')}`, why);
  const node = isAlias(written) ? written.resolve(document) : written;
  if (isMap(node)) {
    // An alias of a mapping may hold itself, or grow tenfold with each line.
    if (node !== written) throw refuse('repeats a mapping by its alias; it must be written out');
    if (node.items.length === 0 && path.length > 0) throw refuse('has no value');
    return node.items.flatMap(({ key, value }) => {
      if (!isScalar(key)) throw refuse('has a key that is no text');
      return entriesOf(document, value, [...path, String(key.value)], placeAt);
    });
  }
  if (path.length === 0) throw refuse('is no mapping of settings, such as "log: {level: info}"');
  if (isSeq(node)) return [{ path, texts: node.items.map((item) => textOf(item, refuse)), place }];
  return [{ path, texts: [textOf(node, refuse)], place }];
}

function textOf(node: unknown, refuse: (why: string) => BadSettingError): string {
  if (!isScalar(node)) throw refuse('has no value that is a text');
  if (isEmpty(node)) throw refuse('has no value');
  return String(node.value);
}
