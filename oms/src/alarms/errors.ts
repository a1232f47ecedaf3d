import type { AlarmAct } from '@faultline/contracts';
import { ApiError } from '../errors.ts';

/** Thrown when no alarm has this id. */
export class AlarmUnknownError extends ApiError {
  override readonly name = 'AlarmUnknownError';
  constructor(id: string) {
    super({ code: 'alarm-unknown', detail: `there is no alarm with the id ${id}`, field: '/id' });
  }
}

/** Thrown when a closed alarm is to be acknowledged or shelved. It opens by itself when it happens again or gets worse. */
export class AlarmClosedError extends ApiError {
  override readonly name = 'AlarmClosedError';
  constructor(id: string, act: AlarmAct) {
    super({ code: 'alarm-closed', detail: `alarm ${id} is closed: ${act} has nothing to act on`, field: '/id' });
  }
}

/** Thrown when a cleared alarm is to be put on the shelf: it is silent already, and its next raising is another record. */
export class AlarmClearedError extends ApiError {
  override readonly name = 'AlarmClearedError';
  constructor(id: string) {
    super({
      code: 'alarm-cleared',
      detail: `alarm ${id} is cleared: there is nothing to put on the shelf`,
      field: '/id',
    });
  }
}

/** Thrown for a shelf that would have ended already, or would last for more than a year. */
export class ShelfEndError extends ApiError {
  override readonly name = 'ShelfEndError';
  constructor() {
    super({ code: 'shelf-end', detail: 'a shelf must end in the future, and within a year', field: '/until' });
  }
}
