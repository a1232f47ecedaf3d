import type { ItemReading, Kind, Observation, ReadingName } from '../model.ts';
import type { HostFiles } from './files.ts';

/** A part of the host that its own operating system tells: reading at the rim, and a pure function that makes observations of it. */
export interface HostReader {
  name: string;
  /** The kinds that it can list completely. While it fails, nothing is concluded from their absence. */
  lists: readonly Kind[];
  observe(files: HostFiles): Promise<Observation[]>;
}

export function defineReader<Raw>(reader: {
  name: string;
  lists: readonly Kind[];
  read: (files: HostFiles) => Promise<Raw>;
  parse: (raw: Raw) => Observation[];
}): HostReader & { parse: (raw: Raw) => Observation[] } {
  const { name, lists, read, parse } = reader;
  return { name, lists, parse, observe: async (files) => parse(await read(files)) };
}

/** One reading, or none where there is no value: to be spread into a list. */
export function readingOf(
  name: ReadingName,
  value: number | undefined,
  more: Omit<ItemReading, 'name' | 'value'> = {},
): ItemReading[] {
  return value === undefined || !Number.isFinite(value) ? [] : [{ name, value, ...more }];
}

/** The object without its undefined members: what is not known is absent. */
export function known<T extends object>(members: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
