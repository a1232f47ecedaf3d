import { describe, expect, it } from '@jest/globals';
import type { DataFrame, PanelData } from '@grafana/data';
import { LastPicture } from './lastPicture.ts';

const frames = [{ name: 'cpu' }] as unknown as DataFrame[];
const done = { state: 'Done', series: frames } as PanelData;
const failed = (status?: number) =>
  ({ state: 'Error', series: [] as DataFrame[], errors: [{ status }] }) as unknown as PanelData;

describe('LastPicture', () => {
  it.each([undefined, 0, 500, 503])(
    'keeps the last frames, with the error, while nothing answers (status %p)',
    (status) => {
      const last = new LastPicture();
      last.show('vm-1', done);
      expect(last.show('vm-1', failed(status))).toEqual({ ...failed(status), series: frames });
    },
  );

  it('never shows one question another one’s frames', () => {
    const last = new LastPicture();
    last.show('vm-1', done);
    expect(last.show('vm-2', failed()).series).toEqual([]);
  });

  it('believes an answer of the OMS: a VM that is gone is not drawn', () => {
    const last = new LastPicture();
    last.show('vm-1', done);
    expect(last.show('vm-1', failed(404)).series).toEqual([]);
  });
});
