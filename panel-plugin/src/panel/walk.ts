import type React from 'react';

/** Arrows left and right walk along a lane, up and down to the nearest label of the next one. */
export function walk(event: React.KeyboardEvent<HTMLDivElement>): void {
  const target = targetOf(event.key, event.currentTarget);
  if (target) {
    event.preventDefault();
    target.focus();
  }
}

function targetOf(key: string, lane: HTMLElement): HTMLElement | undefined {
  const buttons = stopsOf(lane);
  const at = buttons.findIndex((button) => button === document.activeElement);
  switch (key) {
    case 'ArrowLeft':
      return buttons[at - 1];
    case 'ArrowRight':
      return buttons[at + 1];
    case 'Home':
      return buttons[0];
    case 'End':
      return buttons.at(-1);
    case 'ArrowUp':
    case 'ArrowDown': {
      const lanes = [...(lane.closest('[role="group"]')?.querySelectorAll<HTMLElement>('[role="toolbar"]') ?? [])];
      const filled = lanes.filter((one) => stopsOf(one).length > 0);
      const next = filled[filled.indexOf(lane) + (key === 'ArrowUp' ? -1 : 1)];
      return next && nearest(stopsOf(next), buttons[at]);
    }
    default:
      return undefined;
  }
}

const stopsOf = (lane: HTMLElement): HTMLElement[] => [...lane.querySelectorAll('button')];

function nearest(buttons: readonly HTMLElement[], from: HTMLElement | undefined): HTMLElement | undefined {
  const x = from?.getBoundingClientRect().left ?? 0;
  const farness = (button: HTMLElement) => Math.abs(button.getBoundingClientRect().left - x);
  return buttons.reduce<HTMLElement | undefined>(
    (best, button) => (best && farness(best) <= farness(button) ? best : button),
    undefined,
  );
}
