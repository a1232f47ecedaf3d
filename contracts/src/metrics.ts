/**
 * Names and labels of the exporter's metrics that another part reads, so that writer and reader cannot drift apart.
 * `libvirt_*` follows the de-facto exporters' names (decision 4), `faultline_*` is ours.
 */
export const METRICS = {
  /** 1 when the cycle reached libvirtd. */
  up: 'libvirt_up',
  /** Labels host, version. */
  hostInfo: 'faultline_host_info',
  /** How many domains the host knows; absent where the cycle did not reach libvirtd. */
  domains: 'libvirt_domains',
  /** Counts cycles since the exporter started. */
  cycleNumber: 'faultline_cycle_number',
  /** When the cycle's state was read, in seconds since the epoch. */
  cycleTimestamp: 'faultline_cycle_timestamp_seconds',
  /** Labels domain, uuid. */
  domainVirtualCpus: 'libvirt_domain_info_virtual_cpus',
  domainCpuTime: 'libvirt_domain_info_cpu_time_seconds_total',
  /** A 0/1 set; labels domain, uuid, state (virDomainState by name). */
  domainState: 'libvirt_domain_state',
  /** Always 1; labels domain, uuid, state, reason. */
  domainStateReason: 'libvirt_domain_state_reason_info',
  /** libvirtd's way into QEMU: a 0/1 set; labels domain, uuid, state (ok, job, occupied, error). */
  domainControlState: 'libvirt_domain_control_state',
  /** For how long it has been in that state; 0 while it is ok. */
  domainControlSeconds: 'libvirt_domain_control_state_seconds',
  /** Per disk and per interface: what the guest does of itself. What it receives comes also while it hangs. */
  domainReadRequests: 'libvirt_domain_block_stats_read_requests_total',
  domainWriteRequests: 'libvirt_domain_block_stats_write_requests_total',
  domainSentPackets: 'libvirt_domain_interface_stats_transmit_packets_total',
  /** When the domain's statistics were read, in seconds since the epoch: the age of every other series of that domain. */
  domainStatsTimestamp: 'libvirt_domain_stats_timestamp_seconds',
  /** Always 1; labels domain, uuid, and among others user_name and project_name: whose VM it is (A3). */
  domainOpenstackInfo: 'libvirt_domain_openstack_info',
  /** Always 1; labels domain, uuid, and among others mac_address. */
  domainInterfaceInfo: 'libvirt_domain_interface_stats_info',
  /** Always 1; labels domain, uuid, mac, ip, gateway, type. */
  guestNicInfo: 'faultline_guest_nic_info',
  /** Always 1; labels kind, id, vendor, model, serial, location. */
  hardwareItemInfo: 'faultline_hardware_item_info',
  /** A 0/1 set; labels kind, id, health (ok, warning, critical, unknown). */
  hardwareItemHealth: 'faultline_hardware_item_health',
  /** Always 1; labels kind, id, channel, severity, problem, sensor: why an item is not well. */
  hardwareItemProblem: 'faultline_hardware_item_problem',
  /** 1 when a channel (in-band, out-of-band) delivered the item in this cycle, 0 when it did not; absent: not known. */
  hardwareItemChannel: 'faultline_hardware_item_channel',
  /** Whether a channel's source answered when it was asked last; labels channel, source. */
  hardwareChannelSuccess: 'faultline_hardware_channel_success',
  /** When it last delivered, in seconds since the epoch; labels channel, source. */
  hardwareChannelTimestamp: 'faultline_hardware_channel_timestamp_seconds',
  /** A 0/1 set; labels kind, id, name, state (up, degraded, down, unknown). Other hosts know the same thing by kind and id (B18). */
  externalPathState: 'faultline_external_path_state',
  /** Always 1; labels kind, id, name, target, detail, shared (`true`: the id is the same on other hosts). */
  externalPathInfo: 'faultline_external_path_info',
  /** 1 when the manager of the services (label manager) answered in this cycle. */
  servicesManagerUp: 'faultline_services_manager_up',
  /** When the services were read, in seconds since the epoch. */
  servicesTimestamp: 'faultline_services_timestamp_seconds',
  /** A 0/1 set; labels service, state (active, failed, inactive, unknown) (B10). */
  serviceState: 'faultline_service_state',
  /** Always 1; labels service, role, manager, active, sub, result. */
  serviceInfo: 'faultline_service_info',
  /** 1 as it should be, 0 at fault, absent: not known, or not wanted on this host (B19). Label service. */
  serviceOk: 'faultline_service_ok',
  serviceRestarts: 'faultline_service_restarts_total',
  serviceStart: 'faultline_service_start_timestamp_seconds',
} as const;
