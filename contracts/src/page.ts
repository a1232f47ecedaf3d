import { Type, type Static } from 'typebox';

/** Asks for one page of a list, newest first. `cursor` is the `next` of the page before; the first page has none. */
export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 512, pattern: '^[A-Za-z0-9_-]+$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
});
export type PageQuery = Static<typeof PageQuery>;

/** A page of `items`; `next` is the cursor of the page after it, null where there is none. */
export const PageOf = <T extends Type.TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });
