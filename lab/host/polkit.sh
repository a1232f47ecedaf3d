#!/bin/bash
# A D-Bus and a polkit of one lab host's own: polkit.sh RULES_FOLDER. Its one rule lets the user nobody manage libvirt.
# Runs inside the namespaces that boot.sh made, and ends with them.
set -euo pipefail
rules=$1

mkdir -p /run/dbus "$rules"
mount -t tmpfs tmpfs /run/dbus
mount --bind "$rules" /etc/polkit-1/rules.d
# Duktape, the interpreter of Debian 12's polkit, knows no arrow functions.
cat >"$rules/10-lab.rules" <<'END'
polkit.addRule(function (action, subject) {
  if (action.id == 'org.libvirt.unix.manage' && subject.user == 'nobody') return polkit.Result.YES;
});
END
dbus-daemon --system --fork --nopidfile
/usr/lib/polkit-1/polkitd --no-debug >/dev/null 2>&1 &
# libvirtd looks for the bus once, and asks polkit without waiting for it.
until dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
  string:org.freedesktop.PolicyKit1 | grep -q true; do
  sleep 0.05
done
