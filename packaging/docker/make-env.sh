#!/bin/sh
# Makes the .env that docker-compose.yml asks for, beside it: passwords that nobody chose, and the group that may use libvirt's sockets.
#   packaging/docker/make-env.sh [FILE]     (default: .env in the repository)
set -eu

file=${1:-$(dirname "$0")/../../.env}
if [ -e "$file" ]; then
  echo "make-env.sh: $file is there already; its passwords are those of the volumes, so it is left as it is" >&2
  exit 1
fi
# 256 bits in hexadecimal, which needs no quoting in a URL.
secret() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }
# The group as the host knows it, else that of the socket.
group=${LIBVIRT_GID:-$(getent group libvirt | cut -d: -f3)}
group=${group:-$(stat -c %g /var/run/libvirt/libvirt-sock-ro 2>/dev/null || true)}
case "$group" in
'' | *[!0-9]*)
  echo "make-env.sh: no group libvirt and no socket of libvirt here; LIBVIRT_GID=NUMBER says which group it is" >&2
  exit 1
  ;;
esac
umask 077
# noclobber: another run at the same time may not replace what one of them has shown to Docker.
(
  set -C
  {
    echo "POSTGRES_PASSWORD=$(secret)"
    echo "GRAFANA_ADMIN_PASSWORD=$(secret)"
    echo "LIBVIRT_GID=$group"
  } >"$file"
)
echo "$file: made. Grafana's user is admin, the password GRAFANA_ADMIN_PASSWORD in it."
