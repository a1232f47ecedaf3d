#!/bin/bash
# Starts libvirtd of a lab host, inside the namespaces that boot.sh made. Returns when libvirtd listens.
set -euo pipefail
ulimit -n 4096
exec /usr/sbin/libvirtd --daemon --listen --pid-file /run/libvirt/libvirtd.pid
