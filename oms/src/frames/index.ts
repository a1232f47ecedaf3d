export { binAt, binsOf, type Bins } from './bins.ts';
export { frame } from './frame.ts';
export { addUp, marksFrom, type MarkBucket, type Marks } from './marks.ts';
export { IntervalRows, type Mergeable } from './merge.ts';
