import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { golden, scenarioFile } from '@faultline/contracts/testing';
import { timelineFromFrames } from './frames.ts';
import { placePicture } from './picture.ts';
import { placeOptions } from './testing.ts';

const STORY = 'guest-panic';

interface Answer {
  frames: { schema: { name: string; fields: { name: string }[] }; data: { values: unknown[][] } }[];
}

const read = <T>(file: string): T => JSON.parse(readFileSync(scenarioFile(STORY, file), 'utf8')) as T;

describe(`the recorded incident ${STORY}, as it is placed on the chart`, () => {
  it('puts every piece where it belongs (A12-A17)', () => {
    const { from, to } = read<{ from: number; to: number }>('scenario.json');
    const frames = read<Answer>('expected/timeline.json').frames.map(({ schema, data }) => ({
      ...schema,
      fields: schema.fields.map((field, index) => ({ ...field, values: data.values[index] ?? [] })),
    }));
    const { measure, words, zoneOffsetMs, timeLabel, valueLabel, thresholds } = placeOptions();
    const picture = placePicture(timelineFromFrames(frames), {
      ...{ width: 1200, height: 480, from, to, gutter: 60, maxLabelWidth: 200 },
      ...{ hidden: new Set(), measure, words, zoneOffsetMs, timeLabel, valueLabel, thresholds },
    });
    const plain = JSON.parse(JSON.stringify(picture)) as unknown;
    expect(plain).toEqual(golden(STORY, 'boxes.json', plain));
  });
});
