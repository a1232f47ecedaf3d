import type { ExternalItem, ExternalState } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';

const ENCLOSURES = 'class/enclosure';
/** A shelf has up to a hundred bays, and a status of each. */
const MAX_COMPONENTS = 256;

export interface RawEnclosure {
  /** Its SCSI address. */
  name: string;
  id: string | null;
  vendor: string | null;
  model: string | null;
  components: readonly { name: string; status: string }[];
}

export async function readEnclosures(sysfs: Sysfs): Promise<RawEnclosure[]> {
  const enclosures: RawEnclosure[] = [];
  for (const name of await sysfs.names(ENCLOSURES)) {
    const at = `${ENCLOSURES}/${name}`;
    const components: { name: string; status: string }[] = [];
    for (const component of (await sysfs.names(at)).slice(0, MAX_COMPONENTS)) {
      const status = await sysfs.text(`${at}/${component}/status`);
      if (status !== null) components.push({ name: component, status });
    }
    enclosures.push({
      name,
      id: await sysfs.text(`${at}/id`),
      vendor: await sysfs.text(`${at}/device/vendor`),
      model: await sysfs.text(`${at}/device/model`),
      components,
    });
  }
  return enclosures;
}

/** Element status codes of SES. A bay without a disk is `not installed`, and no fault. */
const FAULTY = new Set(['critical', 'non-critical', 'unrecoverable']);

export function judgeEnclosures(enclosures: readonly RawEnclosure[]): ExternalItem[] {
  return enclosures.map(({ name, id, vendor, model, components }) => {
    const faulty = components.filter(({ status }) => FAULTY.has(status.toLowerCase()));
    const active = components.filter(({ status }) => status.toLowerCase() === 'ok').length;
    return {
      kind: 'enclosure',
      id: id !== null && /^0x0*[1-9a-f]/i.test(id) ? id.toLowerCase() : name,
      name,
      state: stateOf(active, faulty.length),
      detail: faulty
        .slice(0, 4)
        .map((component) => `${component.name}: ${component.status}`)
        .join(', '),
      target: [vendor, model].flatMap((part) => part?.trim() ?? []).join(' '),
      members: { active, failed: faulty.length },
    };
  });
}

/** That it is listed at all says that the way to it works; its parts say how well it does. */
function stateOf(active: number, faulty: number): ExternalState {
  if (faulty > 0) return 'degraded';
  return active > 0 ? 'up' : 'unknown';
}
