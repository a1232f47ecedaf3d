import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const FORM = /^flt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** A token taken apart: its id finds the row, its secret must fit what is stored there. */
export interface TokenParts {
  id: string;
  secret: string;
}

/** A new token and its text, which is nowhere afterwards but with who asked for it. */
export function newToken(): TokenParts & { text: string } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, secret, text: `flt_${id}_${secret}` };
}

/** Null for what is no token by its form. */
export function partsOf(text: string): TokenParts | null {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/**
 * What is stored of a secret. One round of SHA-256 is right here: slow hashes make up for what people choose as passwords, and nobody
 * finds 256 random bits by trying.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes as long for a wrong secret as for the right one. */
export function fits(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret), 'hex'), Buffer.from(hash, 'hex'));
}
