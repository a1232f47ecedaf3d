import type { PlainField, PlainFrame } from '../timeline/frames.ts';

/** Whose a series is, as its labels say. */
export interface VmName {
  /** Empty where no label says it. */
  uuid: string;
  name: string;
  /** What was scraped: two hosts may each have a VM of one name. */
  instance: string;
}

type Labels = Record<string, unknown>;

/** Of labels and columns, in the order they are looked for: libvirt's exporters, OpenStack's, telegraf's and others. */
const UUIDS = ['uuid', 'vm_uuid', 'instance_id'];
const NAMES = ['domain', 'domain_name', 'vm', 'vm_name', 'instance_name'];

export function vmOfLabels(labels: Labels | undefined | null): VmName | null {
  const uuid = firstText(labels, UUIDS).toLowerCase();
  const name = firstText(labels, NAMES) || (uuid ? firstText(labels, ['name']) : '');
  return uuid || name ? { uuid, name, instance: firstText(labels, ['instance', 'host']) } : null;
}

/** What any field of the frame says. */
function vmOfFrame(frame: PlainFrame): VmName | null {
  for (const field of frame.fields) {
    const vm = vmOfLabels(field.labels);
    if (vm) {
      return vm;
    }
  }
  return null;
}

export function labelNames(frame: PlainFrame): string[] {
  return [...new Set(frame.fields.flatMap((field) => Object.keys(field.labels ?? {})))];
}

/** Parts a frame that says in each row whose the row is: in columns, or in one of labels, as logs have it. */
export function partedByVm(frame: PlainFrame): { vm: VmName | null; frame: PlainFrame }[] {
  const columns = frame.fields.filter((field) => [...UUIDS, ...NAMES].includes(field.name));
  const labels = frame.fields.find((field) => field.name === 'labels' && field.type !== 'string');
  if (columns.length === 0 && !labels) {
    return [{ vm: vmOfFrame(frame), frame }];
  }
  const rows = new Map<string, { vm: VmName | null; rows: number[] }>();
  const length = Math.max(0, ...frame.fields.map((field) => field.values.length));
  for (let i = 0; i < length; i++) {
    const vm = vmOfRow(columns, labels, i);
    const key = vm ? vm.uuid || `${vm.name}\n${vm.instance}` : '';
    const part = rows.get(key);
    if (part) {
      part.rows.push(i);
    } else {
      rows.set(key, { vm: vm ?? vmOfFrame(frame), rows: [i] });
    }
  }
  return [...rows.values()].map((part) => ({
    vm: part.vm,
    frame: rows.size === 1 ? frame : { ...frame, fields: frame.fields.map((field) => picked(field, part.rows)) },
  }));
}

function vmOfRow(columns: PlainField[], labels: PlainField | undefined, row: number): VmName | null {
  const ofRow = labels?.values[row];
  const said: Labels = typeof ofRow === 'object' && ofRow !== null ? { ...ofRow } : {};
  for (const column of columns) {
    said[column.name] = column.values[row];
  }
  return vmOfLabels(said);
}

function picked(field: PlainField, rows: number[]): PlainField {
  return { ...field, values: rows.map((row) => field.values[row]) };
}

function firstText(labels: Labels | undefined | null, names: string[]): string {
  for (const name of names) {
    const value = labels && Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return '';
}
