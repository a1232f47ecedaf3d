import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';

describe('serving the console', () => {
  let folder: string;
  let context: OmsContext;
  const apps: FastifyInstance[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-console-'));
    mkdirSync(join(folder, 'console/assets'), { recursive: true });
    mkdirSync(join(folder, 'datasource-plugin/dist'), { recursive: true });
    mkdirSync(join(folder, 'faultline-timeline-panel'));
    writeFileSync(join(folder, 'console/index.html'), '<title>console</title>');
    writeFileSync(join(folder, 'console/assets/main.js'), 'export {};');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'datasource-plugin/dist/module.js'), 'define([])');
    writeFileSync(join(folder, 'faultline-timeline-panel/plugin.json'), '{}');
    context = await testContext();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await context.db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(consoleDir = join(folder, 'console')): Promise<FastifyInstance> {
    const app = await createServer({ ...context, config: { ...context.config, consoleDir, pluginsDir: folder } });
    apps.push(app);
    return app;
  }
  const get = async (app: FastifyInstance, url: string, accept = '*/*') => {
    const answer = await app.inject({ url, headers: { accept } });
    return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.body };
  };

  it('serves the page, its files, and the plugins of a build or of a package', async () => {
    const app = await serve();
    expect(await get(app, '/', 'text/html')).toMatchObject({ status: 200, body: '<title>console</title>' });
    expect(await get(app, '/assets/main.js')).toMatchObject({
      status: 200,
      type: expect.stringContaining('javascript'),
    });
    expect(await get(app, '/public/plugins/faultline-oms-datasource/module.js')).toMatchObject({ body: 'define([])' });
    expect(await get(app, '/public/plugins/faultline-timeline-panel/plugin.json')).toMatchObject({ body: '{}' });
  });

  it('answers a path that only the page knows with the page, and nothing else', async () => {
    const app = await serve();
    expect(await get(app, '/vm/web?from=1', 'text/html,*/*')).toMatchObject({
      status: 200,
      body: '<title>console</title>',
    });
    for (const url of [
      '/vm/web',
      '/assets/none.js',
      '/api/v1/nothing',
      '/public/plugins/faultline-oms-datasource/none.js',
    ]) {
      const answer = await get(app, url);
      expect({ url, status: answer.status, body: JSON.parse(answer.body) as unknown }).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
    expect(await get(app, '/api/v1/nothing', 'text/html')).toMatchObject({ status: 404 });
  });

  it('keeps every file outside of its folders to itself', async () => {
    const app = await serve();
    for (const url of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/public/plugins/faultline-oms-datasource/..%2f..%2f..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
    ]) {
      expect((await get(app, url)).body).not.toContain('secret\n');
      expect((await get(app, url)).body).not.toBe('secret');
    }
  });

  it('answers an address that is none in the form of every error', async () => {
    const answer = await (await serve()).inject('/%zz');
    expect([answer.statusCode, answer.json()]).toMatchObject([
      400,
      { code: 'bad-request', detail: expect.any(String) },
    ]);
  });

  it('lets the page load and ask nothing but its own origin', async () => {
    const app = await serve();
    for (const url of ['/', '/api/v1/status', '/nothing']) {
      const { headers } = await app.inject(url);
      expect(headers['content-security-policy']).toContain("script-src 'self'; style-src 'self' 'unsafe-inline'");
      expect(headers['content-security-policy']).toContain("connect-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('says what to run where the console is not built', async () => {
    const app = await serve(join(folder, 'absent'));
    expect(await get(app, '/', 'text/html')).toMatchObject({
      status: 503,
      body: expect.stringContaining('npm run build'),
    });
    expect(await get(app, '/api/v1/status')).toMatchObject({ status: 200 });
  });
});
