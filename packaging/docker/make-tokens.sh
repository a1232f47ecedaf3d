#!/bin/sh
# Runs once before exporter and Alertmanager, in the image of the OMS: makes the tokens that they send reports with.
set -eu

# Alertmanager runs as another user than this one: the volume, not the file's mode, keeps others out.
make_token() {
  [ -s "$2" ] && return
  # A token whose text is lost serves nobody.
  if faultline-oms token list | grep -q "^$1 "; then faultline-oms token revoke "$1"; fi
  faultline-oms token create --role report --name "$1" >"$2.new"
  chmod 444 "$2.new"
  mv "$2.new" "$2"
}

make_token exporter /tokens/exporter/oms.token
make_token alertmanager /tokens/alertmanager/faultline-oms.token
