/**
 * What vendors write where they have no serial number. Such a value would make strangers one item; compared in lower case, without
 * anything but letters and digits.
 */
const PLACEHOLDERS = new Set([
  '',
  'na',
  'nil',
  'none',
  'null',
  'unknown',
  'unspecified',
  'notspecified',
  'notavailable',
  'notapplicable',
  'notpresent',
  'nodimm',
  'empty',
  'default',
  'defaultstring',
  'serial',
  'serialnumber',
  'systemserialnumber',
  'chassisserialnumber',
  'baseboardserialnumber',
  'tobefilledbyoem',
  'asset',
  'oem',
]);

/** The text as it is compared: vendors differ in case, padding and separators. Null where it says nothing. */
export function comparable(text: string | undefined): string | null {
  const plain = (text ?? '').toLowerCase().replace(/[^a-z0-9]/g, '');
  return PLACEHOLDERS.has(plain) || /^(.)\1*$/.test(plain) || /^0?123456789/.test(plain) ? null : plain;
}

/** The text without its padding, or undefined where a vendor filled in nothing: to be shown. */
export function meaningful(text: string | null | undefined): string | undefined {
  const shown = text?.replace(/[\0-\x1f\x7f]+/g, ' ').trim();
  if (shown === undefined || PLACEHOLDERS.has(shown.toLowerCase().replace(/[^a-z0-9]/g, ''))) return undefined;
  return shown;
}

/** A MAC address as an identity; undefined for none, the zero address and broadcast. */
export function macIdentity(address: string | null | undefined): string | undefined {
  const digits = address?.trim().toLowerCase().replace(/[:-]/g, '') ?? '';
  return /^[0-9a-f]{12}$/.test(digits) && !/^(0+|f+)$/.test(digits) ? `mac:${digits}` : undefined;
}

/** A world wide name (`wwn-0x5000...`, `naa.5000...`, `eui.0025...`) or UUID as an identity. */
export function nameIdentity(name: string | null | undefined): string | undefined {
  const digits = name
    ?.trim()
    .toLowerCase()
    .replace(/^(wwn-|naa\.|eui\.|uuid\.|nvme-)/, '')
    .replace(/^0x/, '')
    .replace(/[\s:-]/g, '');
  return digits !== undefined && /^[0-9a-f]{16,32}$/.test(digits) && !/^(.)\1*$/.test(digits)
    ? `name:${digits}`
    : undefined;
}
