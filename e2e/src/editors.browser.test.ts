import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { Closers } from './closers.ts';
import { visit } from './page.ts';
import { picture } from './pictures.ts';
import { startOms, until } from './programs.ts';

const MINUTE = 60_000;
const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SCENARIO = fileOf('scenarios/guest-panic');
const FROM = 1_795_400_000_000;
const STORY = { from: FROM, to: FROM + 3_600_000, cpu: 60, states: 6, operations: 6, alarms: 4, seed: 1 };

/** What people fill in, in pages made of the packages of both Grafanas. */
describe.each([
  ['Grafana 13', 'grafana-13'],
  ['Grafana 11', 'grafana-11'],
])('the editors in a page of %s', (_name, build) => {
  const closers = new Closers();
  let page: Page;
  let vm: { uuid: string; name: string };

  beforeAll(async () => {
    const data = await mkdtemp(join(tmpdir(), 'faultline-editors-'));
    closers.add(() => rm(data, { recursive: true, force: true }));
    const oms = await startOms(data, [
      ...['--replay.dir', SCENARIO],
      ...['--console.dir', fileOf(`console/dist-test/${build}`)],
    ]);
    closers.add(() => oms.end());
    const visited = await visit({ width: 1000, height: 700 });
    closers.add(() => visited.close());
    ({ page } = visited);
    ({ vm } = JSON.parse(await readFile(join(SCENARIO, 'scenario.json'), 'utf8')) as { vm: typeof vm });
    await page.goto(oms.url);
    await page.evaluate('window.testPage.ready');
  }, 2 * MINUTE);
  afterAll(() => closers.close(), MINUTE);

  const edit = async (editor: string, value: object, more: object = {}): Promise<void> => {
    await page.evaluate(`window.testPage.edit(${JSON.stringify({ editor, value, ...more })})`);
    await page.locator('[data-testid="editor"]').waitFor();
  };
  const edited = (): Promise<unknown> => page.evaluate('window.testPage.edited()');
  /** Waits until what was edited has all of this, and says what it is otherwise. */
  const untilEdited = async (wanted: object): Promise<void> => {
    const isSo = async (): Promise<boolean> => {
      expect(await edited()).toMatchObject(wanted);
      return true;
    };
    await until('what was edited', isSo, 5000).catch(isSo);
  };
  const named = (name: string): Locator => page.getByLabel(name, { exact: true }).first();
  const choose = async (field: string, option: string): Promise<void> => {
    await named(field).click();
    // Beside its name an option has a description, which may hold the names of others.
    await page
      .getByRole('option', { name: new RegExp(`^${option}\\b`) })
      .first()
      .click();
  };
  const kept = async (name: string): Promise<void> => {
    await picture(page, `editor-${name}-${build}.png`);
    expect(await axeFindings(page)).toEqual([]);
  };

  it('asks for the timeline of a VM that is found by its name', async () => {
    await edit('query', { refId: 'A', type: 'timeline' });
    await named('VM').click();
    await named('VM').fill(vm.name);
    await page.getByRole('option', { name: vm.name }).first().click();
    await untilEdited({ refId: 'A', type: 'timeline', vm: vm.uuid });
    await kept('query');
  });

  it('asks for failed operations by a filter, and forgets it again', async () => {
    await edit('query', { refId: 'A', type: 'timeline', vm: vm.uuid });
    await choose('Query type', 'Operations');
    await page.getByRole('button', { name: 'Filter' }).click();
    await choose('Field of filter 1', 'Result');
    await choose('Values of filter 1', 'failed');
    await untilEdited({ type: 'operations', filters: [{ field: 'result', operator: '=', values: ['failed'] }] });
    await page.keyboard.press('Escape');
    await kept('filters');
    await page.getByRole('button', { name: 'Remove filter 1' }).click();
    await untilEdited({ type: 'operations' });
    expect(await edited()).not.toHaveProperty('filters');
  });

  it('says of a query of a newer version that it cannot be edited', async () => {
    await edit('query', { refId: 'A', type: 'fortune' });
    await page.getByRole('alert').waitFor();
    expect(await edited()).toBeUndefined();
  });

  it('chooses what an annotation shows', async () => {
    await edit('annotation', { refId: 'A', type: 'operations' });
    await choose('Query type', 'Alarms');
    await untilEdited({ type: 'alarms' });
    await kept('annotation');
  });

  it('chooses what a variable holds, of which host', async () => {
    await edit('variable', {});
    await choose('Values of the variable', 'VMs');
    await named('Host of the variable').fill('$host');
    await named('Host of the variable').blur();
    await untilEdited({ variable: 'vms', host: '$host' });
    await kept('variable');
  });

  it("takes the OMS's address, and a token that it never shows again", async () => {
    const settings = { url: '', access: 'proxy', jsonData: {}, secureJsonFields: {}, secureJsonData: {} };
    await edit('config', settings);
    const token = page.locator('#faultline-token');
    await token.fill('flt_secret');
    await untilEdited({ secureJsonData: { token: 'flt_secret' } });
    expect(await token.getAttribute('type')).toBe('password');
    await edit('config', { ...settings, secureJsonFields: { token: true } });
    expect(await token.inputValue()).toBe('configured');
    await kept('config');
  });

  it('maps a query of any data source to what it is shown as', async () => {
    await edit('mapping', {}, { stories: [STORY] });
    await page.getByRole('button', { name: 'Map a query or field' }).click();
    await untilEdited({ mapping: [{ as: 'cpu' }] });
    await named('Show as').click();
    await page.getByText('Alarms', { exact: true }).last().click();
    await untilEdited({ mapping: [{ as: 'alarms' }] });
    await kept('mapping');
  });
});
