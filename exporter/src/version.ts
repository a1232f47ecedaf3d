/** The exporter's version: that of its package.json, which the one-file bundle does not carry along. */
export const VERSION = '0.1.0';
