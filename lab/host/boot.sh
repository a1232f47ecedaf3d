#!/bin/bash
# Boots one lab host: boot.sh HOST_FOLDER NAME IMAGES_FOLDER GUEST_IMAGE_FOLDER HIDDEN_KVM_FILE|-
# Runs inside the host's network namespace and fresh mount and UTS namespaces. The mounts live as long as the
# processes started here; nothing is mounted outside.
set -euo pipefail
host=$1 name=$2 images=$3 guest_image=$4 hidden_kvm=$5

hostname "$name"
mkdir -p /run/libvirt
mount --bind "$host/etc" /etc/libvirt
mount --bind "$host/run" /run/libvirt
mount --bind "$host/lib" /var/lib/libvirt
mount --bind "$host/log" /var/log/libvirt
mount --bind "$host/cache" /var/cache/libvirt
mount --bind "$images" /var/lib/libvirt/images
# Read-only: the cached image is shared by all labs, and libvirt would change its owner at each guest's start.
mount --bind "$guest_image" /var/lib/libvirt/boot
mount -o remount,bind,ro /var/lib/libvirt/boot
if [ "$hidden_kvm" != - ] && [ -e /dev/kvm ]; then
  mount --bind "$hidden_kvm" /dev/kvm
fi
exec /usr/sbin/virtlogd --daemon --pid-file "/run/libvirt/virtlogd.pid"
