import { LabError } from './errors.ts';

/**
 * Checks a guest's name: libvirt takes nearly everything, but writes files named after it, and XML 1.0 has no control
 * characters. Throws LabError `name-unusable`.
 */
export function checkGuestName(name: string): string {
  const reason = guestNameFault(name);
  if (reason !== undefined) throw new LabError('name-unusable', `guest name ${JSON.stringify(name)}: ${reason}`);
  return name;
}

function guestNameFault(name: string): string | undefined {
  if (name.trim() === '') return 'must not be blank';
  if (name === '.' || name === '..') return 'must not be a folder';
  if (Buffer.byteLength(name) > 200) return 'must not be longer than 200 bytes';
  if (/[\u0000-\u001f\u007f\ufffe\uffff/]/.test(name)) return 'must hold no slash and no control characters';
  return /\p{Surrogate}/u.test(name) ? 'must be valid Unicode' : undefined;
}

/** Checks a host's name, which is a host name and a folder. Throws LabError `name-unusable`. */
export function checkHostName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name)) return name;
  throw new LabError(
    'name-unusable',
    `host name ${JSON.stringify(name)}: must be a letter and up to 31 letters, digits and dashes`,
  );
}

/** What a guest calls itself: its name as far as a host name can hold it. */
export function guestHostname(name: string): string {
  const kept = name.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return kept.slice(0, 63) || 'guest';
}
