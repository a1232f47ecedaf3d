import { describe, expect, it } from '@jest/globals';
import { isSelected, selectedSpan } from './selected.ts';

const scale = { from: 1000, to: 2000, left: 50, width: 500 };
const marks = [
  { id: 'a', from: 400 },
  { id: 'b', from: 1200 },
  { id: 'c', from: 1300 },
  { id: 'd', from: 1800 },
];
const boxes = [{ members: [0] }, { members: [1, 2] }];

describe('what is selected', () => {
  it('is the label of the open record, also where a crowd took it in', () => {
    expect(boxes.map((box) => isSelected(box, marks, ['c']))).toEqual([false, true]);
    expect(boxes.map((box) => isSelected(box, marks, ['a']))).toEqual([true, false]);
  });

  it('is every label of a list that is open, however the crowd was parted since', () => {
    expect(
      [{ members: [1] }, { members: [2] }, { members: [3] }].map((box) => isSelected(box, marks, ['b', 'c'])),
    ).toEqual([true, true, false]);
  });

  it('begins where the record does, not where its label stands', () => {
    expect(selectedSpan(boxes, marks, ['c'], scale)).toEqual({ left: 200, width: 0 });
  });

  it('reaches from the first to the last of a list', () => {
    expect(selectedSpan(boxes, marks, ['b', 'c'], scale)).toEqual({ left: 150, width: 50 });
  });

  it('is held at the edge of the chart when it began before', () => {
    expect(selectedSpan(boxes, marks, ['a'], scale)).toEqual({ left: 50, width: 0 });
  });

  it('is nowhere when no label of it is on the chart', () => {
    expect(selectedSpan(boxes, marks, ['d'], scale)).toBeNull();
    expect(selectedSpan(boxes, marks, [], scale)).toBeNull();
  });
});
