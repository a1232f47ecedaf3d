import { Type, type Static } from 'typebox';

/** Every 4xx and 5xx answer over HTTP: a code for programs, the field that is wrong where there is one, a message for people. */
export const ErrorBody = Type.Object({
  code: Type.String(),
  message: Type.String(),
  field: Type.Optional(Type.String()),
});
export type ErrorBody = Static<typeof ErrorBody>;
