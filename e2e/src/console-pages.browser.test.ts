import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { Closers } from './closers.ts';
import { visit, type Visit } from './page.ts';
import { picture } from './pictures.ts';
import { HOST, LONG_NAME, SILENT_HOST, startStage, type Stage } from './pages-stage.ts';
import { run, startOms, until } from './programs.ts';

const MINUTE = 60_000;
const SECOND = 1000;
/** A page of 200 VMs is walked here beside whatever else the machine does. */
jest.setTimeout(2 * MINUTE);

const shown = (page: Page, testId: string, attributes = ''): Locator =>
  page.locator(`[data-testid="${testId}"]${attributes}`);
const rowsOf = (page: Page, testId: string): Locator => shown(page, testId).locator('tbody tr');
/** In one turn of the page: rows come and go. */
const keysOf = (page: Page, testId: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('[data-testid="${testId}"] tbody tr')].map((row) => row.dataset.key ?? '')`,
  );
const searchOf = (page: Page): URLSearchParams => new URL(page.url()).searchParams;
/** Waits until something of the page is as it should be, and says what it is otherwise. */
const eventually = async (read: () => Promise<unknown>, wanted: unknown): Promise<void> => {
  let last: unknown;
  await until(
    'the page',
    async () => JSON.stringify((last = await read())) === JSON.stringify(wanted),
    15 * SECOND,
  ).catch(() => {
    expect(last).toEqual(wanted);
  });
};
const kept = (page: Page, name: string): Promise<void> => picture(page, `console-${name}.png`);

describe('the pages of the console, over an OMS with 200 VMs', () => {
  const closers = new Closers();
  let stage: Stage;
  let visited: Visit;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    stage = await startStage({ vms: 200 });
    closers.add(() => stage.close());
    url = stage.oms.url;
    visited = await visit({ width: 1440, height: 900 });
    closers.add(() => visited.close());
    page = visited.page;
    // What is not there says so in its own test.
    page.setDefaultTimeout(20 * SECOND);
  }, 3 * MINUTE);
  afterAll(() => closers.close(), MINUTE);

  const open = async (path: string, testId: string): Promise<void> => {
    await page.goto(`${url}${path}`);
    await shown(page, testId).waitFor({ timeout: MINUTE });
  };
  const alarmOf = async (id: string): Promise<{ operator: { state: string; by: string; note: string } }> =>
    (await (await fetch(`${url}/api/v1/alarms/${id}`)).json()) as never;

  it('lists the VMs, the worst first: abnormal, silent, with open alarms, then the rest', async () => {
    await open('/vms', 'faultline-vms');
    const worst = ['web-1', 'far-away', LONG_NAME, 'vm-6'];
    const names = async (): Promise<string[]> =>
      (await rowsOf(page, 'faultline-vms').locator('[data-row]').allInnerTexts()).slice(0, worst.length);
    await eventually(names, worst);
    expect(await rowsOf(page, 'faultline-vms').count()).toBe(201);
    expect(await page.title()).toBe('VMs · Faultline');
    expect(await page.getByRole('table', { name: 'VMs, the worst first' }).count()).toBe(1);
    await kept(page, 'vms');
  });

  it('keeps search and filters in the address, which can be sent to others', async () => {
    await page.getByRole('textbox', { name: /Name, address/ }).fill('192.0.2.10 ana');
    await eventually(() => Promise.resolve(searchOf(page).get('q')), '192.0.2.10 ana');
    await eventually(() => keysOf(page, 'faultline-vms'), [stage.uuidOf('web-1')]);
    await page.reload();
    await eventually(() => keysOf(page, 'faultline-vms'), [stage.uuidOf('web-1')]);
    await page.getByRole('radio', { name: 'dormant 1' }).click();
    await shown(page, 'faultline-list-empty').waitFor();
    await page.getByRole('button', { name: 'Take the filters away' }).click();
    await eventually(() => rowsOf(page, 'faultline-vms').count(), 201);
    expect([...searchOf(page)]).toEqual([]);
    await open(`/vms?host=${SILENT_HOST}&state=unknown`, 'faultline-vms');
    expect(await rowsOf(page, 'faultline-vms').count()).toBe(1);
    await open('/vms?state=nonsense&q=web-2', 'faultline-vms');
    await eventually(() => keysOf(page, 'faultline-vms'), [stage.uuidOf('web-2')]);
  });

  it("leads from a row to the VM's chart, and back", async () => {
    await open('/vms', 'faultline-vms');
    await page.getByRole('link', { name: 'vm-9', exact: true }).click();
    await shown(page, 'faultline-state-segment').first().waitFor({ timeout: MINUTE });
    expect(await shown(page, 'faultline-vm-name').innerText()).toBe('vm-9');
    expect(searchOf(page).get('vm')).toBe(stage.uuidOf('vm-9'));
    await page.goBack();
    await shown(page, 'faultline-vms').waitFor();
  });

  it('is walked by keyboard: the pages, a record, its form, and back to the list', async () => {
    await open('/vms', 'faultline-vms');
    const alarms = shown(page, 'faultline-navigation').getByRole('link', { name: /Alarms/ });
    await alarms.focus();
    await page.keyboard.press('Enter');
    await shown(page, 'faultline-alarms').waitFor();
    expect(await alarms.getAttribute('aria-current')).toBe('page');
    await page.locator('[data-key="panic"] [data-row]').focus();
    await page.keyboard.press('Enter');
    await shown(page, 'faultline-alarm-view').waitFor();
    expect(searchOf(page).get('alarm')).toBe('panic');
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-alarm-view').waitFor({ state: 'hidden' });
    expect(searchOf(page).get('alarm')).toBeNull();
  });

  it('shows what is open, pages through the rest, and says that there is more', async () => {
    await open('/alarms', 'faultline-alarms');
    const important = (await keysOf(page, 'faultline-alarms')).filter((id) => id.startsWith('oms:'));
    const others = (await keysOf(page, 'faultline-alarms')).filter((id) => !important.includes(id));
    expect(others.sort()).toEqual(['disk', 'fan', 'panic', 'ping']);
    await page.getByRole('radio', { name: 'On the shelf' }).click();
    await eventually(() => keysOf(page, 'faultline-alarms'), ['slow']);
    await open('/alarms?view=all&level=warning&category=quality-of-service', 'faultline-alarms');
    await eventually(() => rowsOf(page, 'faultline-alarms').count(), 100);
    expect(await shown(page, 'faultline-list-more').innerText()).toContain('there are more');
    await page.getByRole('button', { name: 'Show more' }).click();
    await eventually(() => rowsOf(page, 'faultline-alarms').count(), 131);
    expect(await shown(page, 'faultline-list-more').count()).toBe(0);
    await kept(page, 'alarms');
  });

  it('acknowledges with one click, and shelves with a reason and an end; others see it without asking', async () => {
    const other = await visit({ width: 1280, height: 800, colorScheme: 'light' });
    try {
      await other.page.goto(`${url}/alarms?alarm=panic`);
      await shown(other.page, 'faultline-alarm-view').waitFor({ timeout: MINUTE });
      await open('/alarms', 'faultline-alarms');
      await page
        .locator('[data-key="fan"]')
        .getByRole('button', { name: /Acknowledge/ })
        .click();
      await eventually(async () => (await alarmOf('fan')).operator.state, 'acknowledged');
      await page
        .locator('[data-key="fan"]')
        .getByText(/^acknowledged by/)
        .waitFor();

      await page.locator('[data-key="panic"] [data-row]').click();
      await page.getByRole('button', { name: 'Shelve', exact: true }).click();
      await page.getByRole('radio', { name: '4 hours' }).click();
      await page.getByLabel('Why').fill('being replaced');
      await page.getByLabel('By').fill('ana');
      await page.getByRole('button', { name: 'Shelve', exact: true }).click();
      await shown(page, 'faultline-alarm-view', '[data-operator="shelved"]').waitFor();
      expect((await alarmOf('panic')).operator).toMatchObject({ state: 'shelved', by: 'ana', note: 'being replaced' });
      // By the news of the OMS, not by the clock: that comes every 30 s.
      await shown(other.page, 'faultline-alarm-view', '[data-operator="shelved"]').waitFor({ timeout: 10 * SECOND });
      await kept(other.page, 'alarm-light');
      await page.getByRole('button', { name: 'Take off the shelf' }).click();
      await page.getByRole('button', { name: 'Take off the shelf' }).click();
      await shown(page, 'faultline-alarm-view', '[data-operator="none"]').waitFor();
      expect(other.complaints).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('lists operations, filters them, and opens the hops of one by its address', async () => {
    await open('/operations?result=failed', 'faultline-operations');
    expect(await rowsOf(page, 'faultline-operations').count()).toBeGreaterThan(5);
    await open(`/operations?vm=${stage.uuidOf('vm-7')}`, 'faultline-operations');
    await page.getByRole('button', { name: 'VM vm-7' }).waitFor();
    await open('/operations?operation=nova:nova-2', 'faultline-operation-view');
    const view = shown(page, 'faultline-operation-view');
    expect(await view.getAttribute('data-result')).toBe('failed');
    expect(await view.locator('li[data-result="failed"]').innerText()).toContain('no space left');
    await page.getByRole('link', { name: 'Show it on the chart' }).click();
    await shown(page, 'faultline-panel').waitFor({ timeout: MINUTE });
    expect(searchOf(page).get('vm')).toBe(stage.uuidOf('vm-7'));
  });

  it('asks before it stops a VM, and performs it once, however often the button is hit', async () => {
    const vm = stage.uuidOf('vm-11');
    await page.goto(`${url}/?vm=${vm}`);
    await page.getByRole('button', { name: 'Operate …' }).click();
    await page.locator('[data-kind="stop"]').click();
    await page.getByLabel('By').fill('ana');
    await page.getByRole('button', { name: 'Stop vm-11' }).click();
    await page.getByRole('alertdialog').getByText('Everything that runs in it ends.').waitFor();
    expect(stage.libvirtd.domain(vm).state).toBe('running');
    await page.getByRole('button', { name: 'Stop vm-11' }).dblclick();
    await shown(page, 'faultline-operation-view', '[data-result="ok"]').waitFor({ timeout: 20 * SECOND });
    expect(stage.libvirtd.domain(vm).state).toBe('shutoff');
    const list = (await (await fetch(`${url}/api/v1/operations?vm=${vm}&initiator=ana&kind=stop`)).json()) as {
      items: Array<{ id: string; source: string }>;
    };
    expect(list.items.filter(({ source }) => source === 'faultline')).toHaveLength(1);
    await kept(page, 'operation');
  });

  it('says which field is wrong, and does not offer what the host would refuse', async () => {
    await page.goto(`${url}/?vm=${stage.uuidOf('vm-12')}`);
    await page.getByRole('button', { name: 'Operate …' }).click();
    await page.locator('[data-kind="snapshot"]').click();
    await page.getByRole('button', { name: 'Snapshot vm-12' }).click();
    await page.getByText('Name is needed.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.goto(`${url}/?vm=99999999-9999-4999-8999-999999999999`);
    await page.getByRole('button', { name: 'Operate …' }).click();
    await page.getByText(`This OMS does not control ${SILENT_HOST}`).waitFor();
    await page.keyboard.press('Escape');
  });

  it('isolates a host with a reason, does not offer to start anything there, and puts it back into use', async () => {
    await open(`/hosts?host=${HOST}`, 'faultline-host-drawer');
    await page.getByRole('button', { name: 'Isolate …' }).click();
    await page.getByLabel('Why').fill('its memory fails');
    await page.getByLabel('By').fill('ana');
    await page.getByRole('button', { name: `Isolate ${HOST}` }).click();
    await page.getByText('It is isolated', { exact: true }).waitFor();
    await kept(page, 'host');
    await page.keyboard.press('Escape');
    await page.getByText('Isolated by ana: its memory fails').waitFor();
    await page.goto(`${url}/?vm=${stage.uuidOf('web-2')}`);
    await page.getByRole('button', { name: 'Operate …' }).click();
    const start = page.locator('[data-kind="start"]');
    await start.waitFor();
    expect(await start.isDisabled()).toBe(true);
    expect(await start.innerText()).toContain('its memory fails');
    await page.keyboard.press('Escape');
    await open(`/hosts?host=${HOST}`, 'faultline-host-drawer');
    await page.getByRole('button', { name: 'Put back into use …' }).click();
    await page.getByRole('button', { name: 'Put back into use', exact: true }).click();
    await page.getByRole('button', { name: 'Isolate …' }).waitFor();
    await page.getByText(/ended by ana/).waitFor();
  });

  it('shows which fault reports name no VM, and says who is meant', async () => {
    const link = shown(page, 'faultline-navigation').getByRole('link', { name: /Fault reports/ });
    await page.goto(`${url}/fault-reports`);
    await eventually(() => link.innerText().then((text) => /\d/.exec(text)?.[0]), '2');
    await eventually(() => keysOf(page, 'faultline-fault-reports'), ['ticket-18', 'ticket-17']);
    await page.locator('[data-key="ticket-17"] [data-row]').click();
    await page.getByRole('button', { name: 'This one' }).first().click();
    await page.getByText('Show it on the chart').waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => keysOf(page, 'faultline-fault-reports'), ['ticket-18']);
  });

  it('says so when an address asks for what is not there', async () => {
    await open('/alarms?alarm=nothing', 'faultline-alarm-drawer');
    await page.getByText('there is no alarm').waitFor();
    await open('/no/such/page', 'faultline-no-page');
    expect(visited.complaints.splice(0).filter((text) => !/404/.test(text))).toEqual([]);
  });

  it.each(['dark', 'light'])('keeps nobody out, as far as axe can tell: %s', async (theme) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate(`localStorage.setItem('faultline.theme', '${theme}')`);
    for (const [path, testId] of [
      ['/vms', 'faultline-vms'],
      ['/operations?operation=nova:nova-2', 'faultline-operation-view'],
      ['/alarms?alarm=panic', 'faultline-alarm-view'],
      ['/hosts?host=hv1', 'faultline-host-drawer'],
      ['/fault-reports?report=ticket-18', 'faultline-fault-report-drawer'],
      ['/', 'faultline-state-segment'],
    ] as const) {
      await page.goto(`${url}${path}`);
      await shown(page, testId).first().waitFor({ timeout: MINUTE });
      // What slides in is weak until it has come.
      await page.waitForTimeout(SECOND);
      expect([path, await axeFindings(page)]).toEqual([path, []]);
    }
  });

  it.each(['/vms', '/operations', '/alarms', '/fault-reports', '/hosts', '/'])(
    'fits a phone without sideways scrolling: %s',
    async (path) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${url}${path}`);
      await shown(page, 'faultline-navigation').waitFor({ timeout: MINUTE });
      await page.locator('h1').first().waitFor({ timeout: MINUTE });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      for (const link of await shown(page, 'faultline-navigation').getByRole('link').all()) {
        await link.scrollIntoViewIfNeeded();
      }
      await kept(page, `phone${path.replaceAll('/', '-')}`);
    },
    MINUTE,
  );

  it('did nothing that a page of ours must never do', () => {
    expect(visited.complaints).toEqual([]);
  });
});

describe('the console before an OMS that asks who one is', () => {
  const closers = new Closers();
  afterAll(() => closers.close(), MINUTE);

  it(
    'asks for a token, keeps it for this tab and out of the address, and offers what its role may do',
    async () => {
      const data = await mkdtemp(join(tmpdir(), 'faultline-pages-'));
      closers.add(() => rm(data, { recursive: true, force: true }));
      const tokenOf = async (role: string): Promise<string> => {
        const made = run('oms/dist/main.js', ['token', 'create', '--role', role, '--name', role, '--data.dir', data]);
        expect(await made.exited).toBe(0);
        return /flt_\S+/.exec(made.output())?.[0] ?? '';
      };
      const tokens = { read: await tokenOf('read'), operate: await tokenOf('operate') };
      const oms = await startOms(data, ['--web.anonymous-access', 'none']);
      closers.add(() => oms.end());
      const visited = await visit();
      closers.add(() => visited.close());
      const { page } = visited;
      await page.goto(`${oms.url}/hosts`);
      const asked = shown(page, 'faultline-ask-token');
      await asked.waitFor({ timeout: MINUTE });
      await kept(page, 'token');
      const use = async (token: string): Promise<void> => {
        await page.getByLabel('Token').fill(token);
        await page.getByRole('button', { name: 'Use this token' }).click();
      };
      await use('not a token');
      await page.getByText('A token has no spaces').waitFor();
      await use('flt_wrong');
      await page.getByText('The token is not taken').waitFor();

      await use(`Bearer ${tokens.read}`);
      await eventually(() => shown(page, 'faultline-caller').innerText(), 'read\n· read');
      expect(page.url()).toBe(`${oms.url}/hosts`);
      expect(await page.evaluate('sessionStorage.getItem("faultline.token")')).toBe(tokens.read);
      expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('flt_');
      await page.reload();
      await eventually(() => shown(page, 'faultline-caller').innerText(), 'read\n· read');
      const refused = await page.evaluate('fetch("/api/v1/caller").then((answer) => answer.status)');
      expect(refused).toBe(401);

      await shown(page, 'faultline-caller').click();
      await use(tokens.operate);
      await eventually(() => shown(page, 'faultline-caller').innerText(), 'operate\n· operate');
      await shown(page, 'faultline-caller').click();
      await page.getByRole('button', { name: 'Forget the token' }).click();
      await asked.waitFor();
      expect(visited.complaints.filter((text) => !/401/.test(text))).toEqual([]);
    },
    3 * MINUTE,
  );
});
