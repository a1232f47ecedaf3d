import { Observable, Subscription } from 'rxjs';

/**
 * What `ask` answers now, and again after each sign. A question is asked when the one before was answered and `restMs` have passed,
 * however many signs there were: a VM that has much news costs no more than a dashboard that refreshes that often. Completes, with
 * the last answer given, once there will be no more signs; that there are none is no error.
 */
export function askedAgain<T>(ask: () => Observable<T>, signs: Observable<unknown>, restMs: number): Observable<T> {
  return new Observable((subscriber) => {
    let state: 'idle' | 'asking' | 'resting' = 'idle';
    let isDue = false;
    let hasEnded = false;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const subscriptions = new Subscription();

    const goOn = () => {
      if (state !== 'idle') {
        return;
      }
      if (isDue) {
        start();
      } else if (hasEnded) {
        subscriber.complete();
      }
    };
    const start = () => {
      isDue = false;
      state = 'asking';
      subscriptions.add(
        ask().subscribe({
          next: (answer) => subscriber.next(answer),
          error: (reason: unknown) => subscriber.error(reason),
          complete: () => {
            state = 'resting';
            if (hasEnded && !isDue) {
              rested();
            } else {
              rest = setTimeout(rested, restMs);
            }
          },
        }),
      );
    };
    const rested = () => {
      state = 'idle';
      goOn();
    };
    const end = () => {
      hasEnded = true;
      if (state === 'resting' && !isDue) {
        clearTimeout(rest);
        rested();
      }
    };

    start();
    subscriptions.add(
      signs.subscribe({
        next: () => {
          isDue = true;
          goOn();
        },
        error: end,
        complete: end,
      }),
    );
    return () => {
      clearTimeout(rest);
      subscriptions.unsubscribe();
    };
  });
}
