import type { UserRole } from '@faultline/contracts';

/** Tables of the domain `tokens`; times are ms. A revoked token has no row: the audit tells that there was one. */
export interface TokenTables {
  tokens: {
    id: string;
    name: string;
    role: UserRole;
    /** SHA-256 of the secret, in hexadecimal digits. */
    hash: string;
    created: number;
    /** Null: it does not end by itself. */
    expires: number | null;
    /** When it was used, give or take some minutes; null: never yet. */
    last_used: number | null;
  };
}
