import { en, type Texts } from './texts/en.ts';
import { zh } from './texts/zh.ts';

/** The person's language, where Grafana keeps it for its own texts: BCP 47, `en-US`, `zh-Hans`. Empty outside of a page. */
function language(): string {
  const { grafanaBootData: boot } = globalThis as { grafanaBootData?: { user?: { language?: string } } };
  return boot?.user?.language ?? '';
}

/** Every word the panel shows, in the language of the page that it is loaded into. */
export const texts: Texts = /^zh\b/.test(language()) ? zh : en;
