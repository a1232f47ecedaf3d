import { meaningful } from '../identity.ts';
import type { Observation } from '../model.ts';
import { integerOf } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

interface EdacDimm {
  controller: string;
  dimm: string;
  values: {
    dimm_label?: string;
    dimm_location?: string;
    size?: string;
    dimm_ce_count?: string;
    dimm_ue_count?: string;
  };
}
interface EdacController {
  controller: string;
  values: { mc_name?: string; ce_noinfo_count?: string; ue_noinfo_count?: string };
}

const FIELDS = ['dimm_label', 'dimm_location', 'size', 'dimm_ce_count', 'dimm_ue_count'] as const;

/** ECC errors by module (`dimm*`, or `rank*` of older drivers), and those of which the controller cannot say whose they are. */
export const edac = defineReader({
  name: 'edac',
  lists: [],
  async read(files): Promise<{ controllers: EdacController[]; dimms: EdacDimm[] }> {
    const root = files.sys('devices/system/edac/mc');
    const names = (await files.list(root)).filter((entry) => /^mc\d+$/.test(entry));
    const controllers = await Promise.all(
      names.map(async (controller): Promise<EdacController> => ({
        controller,
        values: await files.texts(`${root}/${controller}`, ['mc_name', 'ce_noinfo_count', 'ue_noinfo_count']),
      })),
    );
    const dimms = await Promise.all(
      names.map(async (controller) => {
        const entries = (await files.list(`${root}/${controller}`)).filter((entry) => /^(dimm|rank)\d+$/.test(entry));
        return Promise.all(
          entries.map(async (dimm): Promise<EdacDimm> => ({
            controller,
            dimm,
            values: await files.texts(`${root}/${controller}/${dimm}`, FIELDS),
          })),
        );
      }),
    );
    return { controllers, dimms: dimms.flat() };
  },
  parse: ({ controllers, dimms }): Observation[] => [
    ...dimms.map(({ controller, dimm, values }) =>
      known<Observation>({
        kind: 'dimm',
        name: `${controller} ${dimm}`,
        location: meaningful(values.dimm_label) ?? meaningful(values.dimm_location),
        readings: [
          ...readingOf('correctedErrors', integerOf(values.dimm_ce_count)),
          ...readingOf('uncorrectedErrors', integerOf(values.dimm_ue_count)),
        ],
      }),
    ),
    ...controllers.map(({ controller, values }) =>
      known<Observation>({
        kind: 'board',
        name: `memory controller ${controller}`,
        model: meaningful(values.mc_name),
        readings: [
          ...readingOf('correctedErrors', integerOf(values.ce_noinfo_count), { sensor: 'no module named' }),
          ...readingOf('uncorrectedErrors', integerOf(values.ue_noinfo_count), { sensor: 'no module named' }),
        ],
      }),
    ),
  ],
});
