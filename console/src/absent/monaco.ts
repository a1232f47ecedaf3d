/**
 * Stands for `monaco-editor` and `@monaco-editor/react`: 2.8 MB and ninety files for a code editor that no page here opens.
 * A plugin that opens one gets this error in its place, and the page goes on.
 */
export default function NoCodeEditor(): never {
  throw new Error('The console has no code editor.');
}

export const loader = {
  config(): void {
    // Nothing to configure: there is no editor to load.
  },
};
