import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An alert as it is asked for and posted; times are RFC 3339. */
export interface AlertmanagerAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  status: { state: string };
}

const READY_WITHIN_MS = 20_000;

/** A real Alertmanager on loopback, on its own, whose alerts all go to one webhook. */
export class AlertmanagerProcess {
  readonly url: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'faultline-alertmanager-'));
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start({ port, webhook }: { port: number; webhook: string }): Promise<AlertmanagerProcess> {
    const alertmanager = new AlertmanagerProcess(port);
    const config = {
      route: {
        receiver: 'faultline',
        group_by: ['...'],
        group_wait: '0s',
        group_interval: '1s',
        repeat_interval: '1h',
      },
      receivers: [{ name: 'faultline', webhook_configs: [{ url: webhook, send_resolved: true }] }],
    };
    // JSON is YAML, too.
    writeFileSync(join(alertmanager.#folder, 'alertmanager.yml'), JSON.stringify(config));
    await alertmanager.begin();
    return alertmanager;
  }

  /** Starts it, again on what it kept. Resolves when it is ready. */
  async begin(): Promise<void> {
    const child = spawn(
      'prometheus-alertmanager',
      [
        `--config.file=${join(this.#folder, 'alertmanager.yml')}`,
        `--storage.path=${join(this.#folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${this.#port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    );
    this.#child = child;
    const failed = once(child, 'exit').then(() => {
      throw new Error('Alertmanager ended; is prometheus-alertmanager installed?');
    });
    // It ends some time, which is no failure then.
    failed.catch(() => undefined);
    await Promise.race([failed, this.#ready()]);
  }

  async #ready(): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    while (performance.now() < giveUpAt) {
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      await sleep(50);
    }
    throw new Error(`Alertmanager is not ready after ${READY_WITHIN_MS} ms`);
  }

  /** Resolves when it has ended. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async alerts(): Promise<AlertmanagerAlert[]> {
    return (await this.#ask('GET', '/api/v2/alerts')) as AlertmanagerAlert[];
  }

  async post(alert: Partial<AlertmanagerAlert>): Promise<void> {
    await this.#ask('POST', '/api/v2/alerts', [alert]);
  }

  /** Silences what has this name. @returns the silence's id */
  async silence(alertname: string): Promise<string> {
    const [startsAt, endsAt] = [Date.now(), Date.now() + 3_600_000].map((time) => new Date(time).toISOString());
    const matchers = [{ name: 'alertname', value: alertname, isRegex: false }];
    const silence = { matchers, startsAt, endsAt, createdBy: 'ana', comment: 'known' };
    return ((await this.#ask('POST', '/api/v2/silences', silence)) as { silenceID: string }).silenceID;
  }

  async expire(silence: string): Promise<void> {
    await this.#ask('DELETE', `/api/v2/silence/${silence}`);
  }

  /** How many notifications its webhook took. */
  async notified(): Promise<number> {
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    const count = (name: string): number =>
      Number(new RegExp(`^${name}\\{integration="webhook"\\} (\\S+)$`, 'm').exec(metrics)?.[1] ?? NaN);
    return count('alertmanager_notifications_total') - count('alertmanager_notifications_failed_total');
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status} to ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
