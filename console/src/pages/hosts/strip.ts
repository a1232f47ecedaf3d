import type { HostCycles } from '@faultline/contracts';

/** One piece of the strip: from and to as parts of the range, 0-1. */
export interface Piece {
  left: number;
  width: number;
  /** `abnormal`: the box is judged so; `lost`: libvirtd did not answer. */
  kind: 'reached' | 'lost' | 'abnormal';
}

/** A stretch that is shorter than this part of the range is drawn as wide as this: a loss must be seen. */
const THINNEST = 0.004;

/** Where the stretches lie in a range; what is left between them is silence. Pieces outside the range are left out. */
export function piecesOf(stretches: HostCycles['stretches'], { from, to }: { from: number; to: number }): Piece[] {
  const span = Math.max(1, to - from);
  const pieces = stretches.flatMap((stretch): Piece[] => {
    const left = (Math.max(stretch.from, from) - from) / span;
    const right = (Math.min(stretch.to, to) - from) / span;
    if (right < left || left > 1) {
      return [];
    }
    const width = Math.max(right - left, THINNEST);
    return [{ left: Math.min(left, 1 - width), width, kind: kindOf(stretch) }];
  });
  // What is worse is drawn above what surrounds it.
  return KINDS.flatMap((each) => pieces.filter(({ kind }) => kind === each));
}

/** From good to bad. */
const KINDS: readonly Piece['kind'][] = ['reached', 'lost', 'abnormal'];

function kindOf({ reached, state }: HostCycles['stretches'][number]): Piece['kind'] {
  if (state === 'abnormal') {
    return 'abnormal';
  }
  return reached ? 'reached' : 'lost';
}

/** The strip in words, for those who do not see it. */
export function stripText(stretches: HostCycles['stretches'], { from, to }: { from: number; to: number }): string {
  const inRange = stretches.filter((stretch) => stretch.to >= from && stretch.from <= to);
  if (inRange.length === 0) {
    return 'silent';
  }
  const span = Math.max(1, to - from);
  const covered = inRange
    .filter(({ reached }) => reached)
    .reduce((sum, stretch) => sum + Math.min(stretch.to, to) - Math.max(stretch.from, from), 0);
  const losses = inRange.filter(({ reached }) => !reached).length;
  const percent = Math.floor((100 * covered) / span);
  const lost =
    losses === 0 ? 'libvirtd always answered' : `libvirtd did not answer ${losses === 1 ? 'once' : `${losses} times`}`;
  const abnormal = inRange.some(({ state }) => state === 'abnormal') ? ', its hardware was abnormal' : '';
  return `heard ${percent} % of the time, ${lost}${abnormal}`;
}
