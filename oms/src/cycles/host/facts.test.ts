import { describe, expect, it } from '@jest/globals';
import { CYCLE_METRICS, cycleFromSamples } from '../cycle.ts';
import { parseMetrics } from '../parse.ts';
import { metricsText } from '../../testing/metrics-text.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const cycleOf = (...lines: string[]) =>
  cycleFromSamples(
    parseMetrics(
      [
        metricsText({
          number: 7,
          at: 10_000,
          domains: [{ name: 'web', uuid: UUID, raw: { state: 'running', reason: 'booted' }, cpuTimeSeconds: 1 }],
        }),
        ...lines,
        '',
      ].join('\n'),
      CYCLE_METRICS,
    ),
  );

describe('what a cycle tells of its host (B1)', () => {
  it('is absent where the exporter tells nothing: that is not the same as a host without parts', () => {
    expect(cycleOf().facts).toBeUndefined();
  });

  it('is the parts with health, problems and channels, the ways to the outside, and the services', () => {
    const item = 'kind="dimm",id="SN1"';
    const path = 'kind="multipath",id="w1",name="mpatha"';
    expect(
      cycleOf(
        `faultline_hardware_item_info{${item},vendor="",model="",serial="SN1",location="A1"} 1`,
        `faultline_hardware_item_health{${item},health="ok"} 0`,
        `faultline_hardware_item_health{${item},health="critical"} 1`,
        `faultline_hardware_item_problem{${item},channel="in-band",severity="critical",problem="uncorrected-memory-errors"} 1`,
        `faultline_hardware_item_channel{${item},channel="in-band"} 1`,
        `faultline_hardware_item_channel{${item},channel="out-of-band"} 0`,
        `faultline_external_path_state{${path},state="up"} 0`,
        `faultline_external_path_state{${path},state="down"} 1`,
        `faultline_external_path_info{${path},target="",detail="",shared="true"} 1`,
        'faultline_service_ok{service="libvirtd.service"} 0',
        'faultline_service_info{service="libvirtd.service",role="hypervisor",manager="systemd"} 1',
        'faultline_service_info{service="cron.service",role="",manager="systemd"} 1',
      ).facts,
    ).toEqual({
      hardware: [
        {
          ...{ kind: 'dimm', id: 'SN1', location: 'A1', health: 'critical', inBand: true, outOfBand: false },
          problems: [{ problem: 'uncorrected-memory-errors', severity: 'critical' }],
        },
      ],
      external: [{ kind: 'multipath', id: 'w1', name: 'mpatha', state: 'down', shared: true }],
      services: [{ service: 'libvirtd.service', role: 'hypervisor', ok: false }, { service: 'cron.service' }],
    });
  });

  it('is told also where libvirtd was not reached', () => {
    const text = `${metricsText({ number: 7, at: 10_000, up: false })}faultline_service_ok{service="libvirtd"} 0\n`;
    const { up, facts } = cycleFromSamples(parseMetrics(text, CYCLE_METRICS));
    expect([up, facts]).toEqual([false, { services: [{ service: 'libvirtd', ok: false }] }]);
  });

  it('leaves out what does not say of what it is', () => {
    const { facts } = cycleOf(
      'faultline_hardware_item_health{kind="dimm",health="critical"} 1',
      'faultline_external_path_state{kind="mount",state="down"} 1',
      'faultline_service_ok 0',
    );
    expect(facts).toBeUndefined();
  });

  it('is bounded', () => {
    const many = Array.from({ length: 6000 }, (_, i) => `faultline_service_ok{service="s${i}"} 1`);
    expect(cycleOf(...many).facts?.services).toHaveLength(5000);
  });
});

describe('what a cycle tells of a VM beside its state', () => {
  const web = `domain="web",uuid="${UUID}"`;

  it('is that its control interface is not free, and for how long', () => {
    const [domain] = cycleOf(
      `libvirt_domain_control_state{${web},state="ok"} 0`,
      `libvirt_domain_control_state{${web},state="occupied"} 1`,
      `libvirt_domain_control_state_seconds{${web}} 45.5`,
    ).domains;
    expect(domain?.control).toEqual({ state: 'occupied', forMs: 45_500 });
    const [free] = cycleOf(
      `libvirt_domain_control_state{${web},state="ok"} 1`,
      `libvirt_domain_control_state_seconds{${web}} 0`,
    ).domains;
    expect(free?.control).toBeUndefined();
  });

  it('is how much it did of itself, over all its disks and interfaces', () => {
    const [domain] = cycleOf(
      `libvirt_domain_block_stats_read_requests_total{${web},target_device="vda"} 10`,
      `libvirt_domain_block_stats_write_requests_total{${web},target_device="vda"} 5`,
      `libvirt_domain_block_stats_write_requests_total{${web},target_device="vdb"} NaN`,
      `libvirt_domain_interface_stats_transmit_packets_total{${web},target_device="vnet0"} 7`,
      `libvirt_domain_interface_stats_receive_packets_total{${web},target_device="vnet0"} 1000`,
    ).domains;
    expect(domain?.cpu?.io).toBe(22);
  });
});
