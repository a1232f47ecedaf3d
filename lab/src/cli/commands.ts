import { CRASH_ACTIONS } from '../domain-xml.ts';
import { LabError } from '../errors.ts';
import type { LabGuest } from '../guest.ts';
import type { LabHost } from '../host.ts';
import { Lab } from '../lab.ts';
import type { GuestOptions } from '../plan.ts';
import { labStatus } from '../status.ts';
import { oneOf, wholeNumber, type Command, type Invocation, type OptionValues } from './command.ts';
import { connectLines, statusLines } from './report.ts';

const VM = { least: 1, most: 1 };

/** A command that does one thing to one guest and says what it did. */
function guestCommand(
  name: string,
  summary: string,
  work: (guest: LabGuest, invocation: Invocation) => Promise<string>,
  more: Pick<Command, 'options'> & { usage?: string } = {},
): Command {
  const { options = {}, usage } = more;
  const run = async (invocation: Invocation): Promise<undefined> => {
    const guest = (await Lab.attach(invocation.folder)).guest(invocation.operands[0] ?? '');
    invocation.say(`${guest.name} ${await work(guest, invocation)}`);
  };
  return { name, usage: ['VM', usage].filter(Boolean).join(' '), summary, options, operands: VM, run };
}

function wishedGuests(options: OptionValues): GuestOptions[] | undefined {
  const names = options['vm'];
  if (!Array.isArray(names)) return undefined;
  const vcpus = wholeNumber(options, 'vcpus');
  const memoryMiB = wholeNumber(options, 'memory');
  const onCrash = oneOf(options, 'on-crash', CRASH_ACTIONS);
  const settings = {
    ...(vcpus === undefined ? {} : { vcpus }),
    ...(memoryMiB === undefined ? {} : { memoryMiB }),
    ...(onCrash === undefined ? {} : { onCrash }),
  };
  return names.map((name) => ({ name: String(name), ...settings }));
}

const up: Command = {
  name: 'up',
  usage: '[--hosts N] [--vm NAME]... [--vcpus N] [--memory MIB] [--on-crash ACTION] [--no-boot]',
  summary: 'bring hosts and VMs up; default: one host, VMs vm1 and vm2. Again: what is missing',
  options: {
    hosts: { type: 'string' },
    vm: { type: 'string', multiple: true },
    vcpus: { type: 'string' },
    memory: { type: 'string' },
    'on-crash': { type: 'string' },
    'no-boot': { type: 'boolean' },
  },
  async run({ folder, options, say }) {
    const guests = wishedGuests(options);
    if (!guests && ['vcpus', 'memory', 'on-crash'].some((name) => options[name] !== undefined)) {
      throw new LabError('usage', '--vcpus, --memory and --on-crash are for the VMs that --vm names');
    }
    const hosts = wholeNumber(options, 'hosts');
    const lab = await Lab.up({ folder, hosts, guests, boot: options['no-boot'] !== true, onProgress: say });
    for (const line of [...statusLines(await labStatus(lab)), '', ...connectLines(lab)]) say(line);
    return undefined;
  },
};

const status: Command = {
  name: 'status',
  usage: '[--json]',
  summary: 'hosts with their sockets, VMs with state and agent',
  options: { json: { type: 'boolean' } },
  async run({ folder, options, say }) {
    const lab = await Lab.attach(folder);
    const seen = await labStatus(lab);
    const { accelerator } = lab;
    if (options['json'] === true) say(JSON.stringify({ folder: lab.folder, accelerator, hosts: seen }, null, 2));
    else for (const line of statusLines(seen)) say(line);
    return undefined;
  },
};

const down: Command = {
  name: 'down',
  usage: '',
  summary: 'end everything and remove all that was made, also after a crash of the lab',
  async run({ folder, say }) {
    const { processes, networks } = await Lab.down(folder);
    say(`down: ${processes} processes ended, ${networks} network namespaces removed`);
    return undefined;
  },
};

type Linked = LabGuest | LabHost;

/** `cut` and `mend`: the same cable, pulled and plugged in. */
function linkCommand(name: string, summary: string, work: (target: Linked) => Promise<void>, done: string): Command {
  return {
    name,
    usage: 'VM | --host HOST',
    summary,
    options: { host: { type: 'string' } },
    operands: { least: 0, most: 1 },
    async run({ folder, operands, options, say }) {
      const [guest] = operands;
      const { host } = options;
      if ((guest === undefined) === (typeof host !== 'string')) {
        throw new LabError('usage', `${name}: name a VM, or a host with --host`);
      }
      const lab = await Lab.attach(folder);
      const target = guest === undefined ? lab.host(String(host)) : lab.guest(guest);
      await work(target);
      say(`${target.name} ${done}`);
      return undefined;
    },
  };
}

const restartLibvirtd: Command = {
  name: 'restart-libvirtd',
  usage: 'HOST [--signal SIGTERM|SIGKILL]',
  summary: 'end libvirtd of a host and start it again; its VMs run on',
  options: { signal: { type: 'string' } },
  operands: { least: 1, most: 1 },
  async run({ folder, operands, options, say }) {
    const signal = oneOf(options, 'signal', ['SIGTERM', 'SIGKILL']);
    const host = (await Lab.attach(folder)).host(operands[0] ?? '');
    await host.restartLibvirtd(signal ? { signal } : {});
    say(`${host.name} libvirtd restarted`);
    return undefined;
  },
};

const load = guestCommand(
  'load',
  'keep all its vCPUs busy, for 600 s unless told otherwise',
  async (guest, { options }) => {
    const seconds = wholeNumber(options, 'seconds') ?? 600;
    await guest.load({ seconds });
    return `is busy for ${seconds} s`;
  },
  { options: { seconds: { type: 'string' } }, usage: '[--seconds N]' },
);

const stop = guestCommand(
  'stop',
  'shut it down in order, through agent or power button, or destroy it',
  async (guest, { options }) => {
    const mode = oneOf(options, 'mode', ['agent', 'acpi', 'destroy']);
    await guest.stop(mode ? { mode } : {});
    return 'is shut off';
  },
  { options: { mode: { type: 'string' } }, usage: '[--mode agent|acpi|destroy]' },
);

const exec: Command = {
  name: 'exec',
  usage: 'VM PROGRAM [ARGUMENT]...',
  summary: 'run a program in the guest through its agent; put -- before arguments with dashes',
  operands: { least: 2, most: 100 },
  async run({ folder, operands, say }) {
    const [name = '', program = '', ...args] = operands;
    const result = await (await Lab.attach(folder)).guest(name).agentExec(program, args);
    for (const text of [result.stdout, result.stderr]) if (text !== '') say(text.trimEnd());
    return result.exitCode === 0 ? undefined : 1;
  },
};

/** Every command, in the order of the usage. */
export const COMMANDS: readonly Command[] = [
  up,
  status,
  guestCommand('start', 'start it and wait until its agent answers', async (guest) => {
    await guest.start();
    await guest.waitForAgent();
    return 'is up, its agent answers';
  }),
  stop,
  guestCommand('panic', "make the guest's kernel panic", async (guest) => {
    const at = new Date(await guest.panic());
    const { state, reason } = await guest.state();
    return `panicked at ${at.toISOString()}; libvirt says: ${state} (${reason})`;
  }),
  load,
  guestCommand('unload', 'end the load', async (guest) => {
    await guest.stopLoad();
    return 'is idle';
  }),
  guestCommand('freeze', 'SIGSTOP its QEMU: libvirt says running, everything that asks QEMU hangs', async (guest) => {
    await guest.freeze();
    return 'is frozen';
  }),
  guestCommand('thaw', 'SIGCONT its QEMU', async (guest) => {
    await guest.thaw();
    return 'goes on';
  }),
  guestCommand('kill', 'SIGKILL its QEMU', async (guest) => {
    await guest.kill('SIGKILL');
    return `is ${(await guest.waitForState('shut off')).reason}`;
  }),
  linkCommand('cut', 'pull the network cable of a VM or a host', (target) => target.cutLink(), 'has no link'),
  linkCommand('mend', 'plug it in again', (target) => target.mendLink(), 'has its link again'),
  restartLibvirtd,
  exec,
  down,
];
