/** libvirt's version numbers: 1 000 000 × major + 1 000 × minor + release. */
export function versionText(version: bigint): string {
  return `${version / 1_000_000n}.${(version / 1_000n) % 1_000n}.${version % 1_000n}`;
}

/** The reverse, for the fake daemon. */
export function versionNumber(text: string): bigint {
  const [major = 0n, minor = 0n, release = 0n] = text.split('.').map(BigInt);
  return major * 1_000_000n + minor * 1_000n + release;
}
