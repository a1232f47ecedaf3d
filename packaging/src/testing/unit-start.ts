/** The settings of a unit's section, each with its values in order. */
function settingsOf(unit: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const [, name = '', value = ''] of unit.matchAll(/^(\w+)=(.*)$/gm)) {
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

/**
 * What systemd would do to start a service, as a shell's text: its state folder, its environment, its user and groups, no capability.
 * What only a kernel's sandbox does is left out; systemd-analyze judges that.
 */
export function startOf(unit: string): string {
  const settings = settingsOf(unit);
  const one = (name: string): string => {
    const values = settings.get(name) ?? [];
    if (values.length !== 1) throw new Error(`${name} is ${values.length} times in the unit`);
    return values[0] ?? '';
  };
  const [user, group, state] = [one('User'), one('Group'), `/var/lib/${one('StateDirectory')}`];
  const groups = [group, ...(settings.get('SupplementaryGroups') ?? [])];
  const ids = groups.map((name) => `$(getent group ${name} | cut -d: -f3)`).join(',');
  return [
    'set -a',
    'PATH=/usr/bin:/bin',
    ...(settings.get('Environment') ?? []),
    ...(settings.get('EnvironmentFile') ?? []).map((path) => `. ${path.replace(/^-/, '')}`),
    'set +a',
    `install -d -m 755 ${state.replace(/\/[^/]+$/, '')}`,
    `install -d -o ${user} -g ${group} -m ${one('StateDirectoryMode')} ${state}`,
    `cd ${one('WorkingDirectory')}`,
    `umask ${one('UMask')}`,
    `exec setpriv --reuid ${user} --regid ${group} --groups "${ids}" --no-new-privs --bounding-set=-all --inh-caps=-all ${one('ExecStart')}`,
  ].join('\n');
}
