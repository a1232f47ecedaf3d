import { describe, expect, it } from '@jest/globals';
import { describeDomain } from './description.ts';

const withChannels = (channels: string) => `<domain><name>a &lt;b&gt;</name><devices>${channels}</devices></domain>`;
const channel = (name: string, state = '') =>
  `<channel type='unix'><source mode='bind'/><target type='virtio' name='${name}'${state}/></channel>`;

describe('agent channel', () => {
  it.each([
    ['connected', channel('org.qemu.guest_agent.0', " state='connected'"), 'connected'],
    ['disconnected', channel('org.qemu.guest_agent.0', " state='disconnected'"), 'disconnected'],
    ['without a state: the domain does not run', channel('org.qemu.guest_agent.0'), 'disconnected'],
    ['none', '', null],
    ['another channel only', channel('com.redhat.spice.0', " state='connected'"), null],
    [
      'one of two',
      channel('com.redhat.spice.0') + channel('org.qemu.guest_agent.0', " state='connected'"),
      'connected',
    ],
  ])('%s', (_case, channels, expected) => {
    expect(describeDomain(withChannels(channels)).agentChannel).toBe(expected);
  });

  it('is none in XML that is not a domain', () => {
    expect(describeDomain('<network/>').agentChannel).toBeNull();
  });
});
