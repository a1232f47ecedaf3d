import type { Duty, EndDuty, Lease, Tenure } from './lease.ts';

/** That of whoever cannot have a rival. */
export const soleTenure: Tenure = {
  term: 0,
  signal: new AbortController().signal,
  isHeld: () => true,
  confirm: () => Promise.resolve(),
  fence: () => Promise.resolve(),
};

/** The lease of an OMS whose store is a file in its data folder: the folder's lock has made sure that there is no other. */
export function soleLease(): Lease {
  const ends = new Set<EndDuty>();
  let address = '';
  return {
    isHeld: () => true,
    holder: () => ({ isUs: true, address }),
    whileHeld: async (duty: Duty) => {
      const end = await duty(soleTenure);
      ends.add(end);
      return async () => {
        if (ends.delete(end)) await end();
      };
    },
    start: (given) => {
      address = given;
    },
    close: async () => {
      for (const end of ends) await end();
      ends.clear();
    },
  };
}
