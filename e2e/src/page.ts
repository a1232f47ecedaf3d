import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Locator, type Page } from 'playwright-core';

/** Chromium as Debian ships it, kept from talking to anybody but the page under test. */
const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** A page, and what it did that a page of ours must never do. */
export interface Visit {
  page: Page;
  /** Errors of the page's scripts, the browser's console (content security policy included), and requests to another origin. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens a browser with an empty profile of its own. */
export async function visit(
  options: { colorScheme?: 'dark' | 'light'; width?: number; height?: number } = {},
): Promise<Visit> {
  const profile = await mkdtemp(join(tmpdir(), 'faultline-chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    ...CHROMIUM,
    colorScheme: options.colorScheme ?? 'dark',
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    timezoneId: 'UTC',
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.hostname !== '127.0.0.1')
      complaints.push(`foreign request: ${request.url()}`);
  });
  return {
    page,
    complaints,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Where an element is drawn, in CSS pixels of the page. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The bounding box of one visible element. */
export async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('the element is not drawn');
  return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
}
