import type { HostReport, News } from '@faultline/contracts';

/** What is new once these reports are stored. One that was known already is told again: asking once more costs little. */
export function newsOf(reports: readonly HostReport[]): News[] {
  return reports.map((report): News => {
    switch (report.type) {
      case 'domain-event':
        return { topic: 'state', vm: report.vm.uuid, id: report.id, at: report.at };
      case 'observation-gap':
        return { topic: 'state', vm: null, id: report.id, at: report.to };
      case 'guest-probe':
        return { topic: 'connectivity', vm: report.vm.uuid, id: report.id, at: report.at };
      case 'alarm': {
        const { id, vm, changed } = report.alarm;
        return { topic: 'alarm', vm: vm?.uuid ?? null, id, at: changed };
      }
    }
  });
}
