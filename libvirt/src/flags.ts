/** The bit of each flag of one libvirt call, by our name for it. */
export type FlagBits<Flags> = Readonly<Record<keyof Flags, number>>;

/** The sum of the bits whose flags are true. Other fields of `flags` are left alone. */
export function bitsOf<Name extends string>(
  bits: Readonly<Record<Name, number>>,
  flags: Partial<Readonly<Record<NoInfer<Name>, boolean>>>,
): number {
  const names = (Object.keys(bits) as Name[]).filter((name) => flags[name] === true);
  // Added, not or-ed: bit 31 is beyond the signed range of JavaScript's bit operators.
  return names.reduce((sum, name) => sum + bits[name], 0);
}

/** Whether `bit` is set in `sum`. */
export function hasBit(sum: number, bit: number): boolean {
  return Math.floor(sum / bit) % 2 === 1;
}
