import { describe, expect, it } from '@jest/globals';
import { PROGRAM as EXPORTER, readConfig as readExporterConfig } from '@faultline/exporter';
import { PROGRAM as OMS, readConfig as readOmsConfig } from '@faultline/oms';
import { environmentFileOf } from '@faultline/program';
import { nodeOf } from '../artefacts/oms-deb.ts';
import { controlText, edited, filledIn } from './control.ts';
import { isNeeded, placeOf } from './installed-tree.ts';

describe('the control file', () => {
  it('is in the form of Debian policy', () => {
    const control = {
      package: 'faultline-oms',
      version: '0.1.0+node20',
      architecture: 'amd64',
      maintainer: 'Ana <ana@example.org>',
      depends: ['nodejs (>= 20.19)', 'adduser'],
      suggests: [],
      synopsis: 'records',
      description: ['One.', 'Two.'],
    };
    expect(controlText(control, 12)).toBe(`Package: faultline-oms
Version: 0.1.0+node20
Architecture: amd64
Maintainer: Ana <ana@example.org>
Installed-Size: 12
Depends: nodejs (>= 20.19), adduser
Section: admin
Priority: optional
Description: records
 One.
 .
 Two.
`);
  });

  it('allows the one major version of Node.js that the addon was compiled for', () => {
    expect(nodeOf('20.20.2')).toEqual({ major: 20, depends: ['nodejs (>= 20.19)', 'nodejs (<< 21~)'] });
    expect(nodeOf('22.3.0')).toEqual({ major: 22, depends: ['nodejs (>= 22)', 'nodejs (<< 23~)'] });
  });
});

describe('texts', () => {
  it('are filled in and edited in full, or not at all', () => {
    expect(filledIn('a @NAME@ b', { NAME: 'x' })).toBe('a x b');
    expect(() => filledIn('a @NAME@ b', {})).toThrow('@NAME@');
    expect(edited('a b', [['b', 'c']])).toBe('a c');
    expect(() => edited('a b b', [['b', 'c']])).toThrow('2 times');
    expect(() => edited('a', [['b', 'c']])).toThrow('0 times');
  });
});

describe('the environment files', () => {
  /** Each of them as if its operator had taken every mark of a comment away. */
  const variablesOf = (text: string, prefix: string): Record<string, string> => {
    const lines = text.matchAll(new RegExp(`^#?(${prefix}\\w+)=(.*)$`, 'gm'));
    return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
  };

  it('have values that the programs take, with the defaults of the programs', () => {
    const exporter = variablesOf(environmentFileOf(EXPORTER), 'FAULTLINE_EXPORTER_');
    expect(readExporterConfig([], exporter)).toEqual(readExporterConfig([], {}));
    const oms = variablesOf(environmentFileOf(OMS), 'FAULTLINE_OMS_');
    expect(Object.keys(oms).length).toBe(Object.keys(OMS.settings).length);
    expect(readOmsConfig([], oms)).toEqual(readOmsConfig([], {}));
  });
});

describe('what is laid out of the dependencies', () => {
  it('is what programs load, where an installation has it', () => {
    expect(isNeeded('better-sqlite3/build/Release/better_sqlite3.node')).toBe(true);
    expect(isNeeded('better-sqlite3/build/Release')).toBe(true);
    expect(isNeeded('better-sqlite3/lib/index.js')).toBe(true);
    for (const path of [
      'build/Release/obj',
      'build/Release/sqlite3.a',
      'build/Makefile',
      'deps/sqlite3.c',
      'src/a.cpp',
    ]) {
      expect([path, isNeeded(`better-sqlite3/${path}`)]).toEqual([path, false]);
    }
    expect(isNeeded('fastify/fastify.d.ts')).toBe(false);
    expect(placeOf('node_modules/fastify', ['oms'])).toBe('node_modules/fastify');
    expect(placeOf('oms/node_modules/p-limit', ['oms'])).toBe('node_modules/@faultline/oms/node_modules/p-limit');
  });
});
