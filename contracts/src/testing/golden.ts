import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set by `npm run scenarios -- --update`: goldens are then rewritten instead of compared. */
const UPDATE = 'FAULTLINE_UPDATE_GOLDENS';

/** A recorded scenario's folder, wherever this package is installed in the repository. */
const SCENARIOS = new URL('../../../scenarios/', import.meta.url);

/** The path of a recorded scenario's file. */
export function scenarioFile(scenario: string, file: string): string {
  return fileURLToPath(new URL(`${scenario}/${file}`, SCENARIOS));
}

/**
 * The golden output of one stage, which is the input of the next: what a test compares `actual` with.
 * Numbers, strings, nulls, arrays and plain objects only; it is stored as JSON that a reader can follow in a diff.
 */
export function golden(scenario: string, file: string, actual: unknown): unknown {
  const path = scenarioFile(scenario, `expected/${file}`);
  if (process.env[UPDATE] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${readable(actual)}\n`);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** JSON with a line per element, and elements that hold no further objects on one line each. */
function readable(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value);
  const isFlat = (part: unknown): boolean => part === null || typeof part !== 'object';
  if (isFlat(value) || (flat.length < 160 && Object.values(value as object).every(isFlat))) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    // A long row of plain values is data, not structure: twelve to a line.
    if (value.every(isFlat)) {
      const rows: string[] = [];
      for (let i = 0; i < value.length; i += 12)
        rows.push(
          value
            .slice(i, i + 12)
            .map((part) => JSON.stringify(part))
            .join(', '),
        );
      return `[\n${inner}${rows.join(`,\n${inner}`)}\n${indent}]`;
    }
    return `[\n${value.map((part) => inner + readable(part, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as object).filter(([, part]) => part !== undefined);
  return `{\n${entries.map(([key, part]) => `${inner}${JSON.stringify(key)}: ${readable(part, inner)}`).join(',\n')}\n${indent}}`;
}
