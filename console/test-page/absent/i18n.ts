/** Grafana 11 has no such package: its own texts are in the packages that show them, and a plugin must not ask for it. */
export const initPluginTranslations = (): Promise<void> => Promise.resolve();
