/** What a Debian package says of itself. */
export interface Control {
  package: string;
  version: string;
  architecture: string;
  maintainer: string;
  depends: readonly string[];
  suggests: readonly string[];
  /** One line. */
  synopsis: string;
  /** Paragraphs. */
  description: readonly string[];
}

/** `DEBIAN/control`. @param installedKib the size of what it lays down, in KiB */
export function controlText(control: Control, installedKib: number): string {
  const description = control.description.map((paragraph) => ` ${paragraph}`).join('\n .\n');
  return [
    `Package: ${control.package}`,
    `Version: ${control.version}`,
    `Architecture: ${control.architecture}`,
    `Maintainer: ${control.maintainer}`,
    `Installed-Size: ${installedKib}`,
    `Depends: ${control.depends.join(', ')}`,
    ...(control.suggests.length === 0 ? [] : [`Suggests: ${control.suggests.join(', ')}`]),
    'Section: admin',
    'Priority: optional',
    `Description: ${control.synopsis}`,
    description,
    '',
  ].join('\n');
}

/** Puts values in the place of `@NAME@`. @throws where a name has no value */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z]+)@/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing to put in the place of ${place}`);
    return value;
  });
}

/** Replaces pieces of a text, each of which must be in it once: what is edited may not change unseen. */
export function edited(text: string, edits: ReadonlyArray<readonly [from: string, to: string]>): string {
  return edits.reduce((result, [from, to]) => {
    const pieces = result.split(from);
    if (pieces.length !== 2) throw new Error(`"${from}" is ${pieces.length - 1} times in the text to edit`);
    return pieces.join(to);
  }, text);
}
