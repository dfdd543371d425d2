#!/usr/bin/env bash
# Installs the programs that the tests drive: Chromium, redis-server and a PostgreSQL server.
# By apt as root, or with sudo where it asks for no password; elsewhere it names what is missing, and those tests skip with the reason.
set -u
missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(none); fi
fi
if ! command -v apt-get >/dev/null || [ "${as_root[*]:-}" = none ]; then
  echo "Not installed here: ${missing[*]}. The tests that need them will be skipped. Install them to run every test."
  exit 0
fi
echo "Installing for the tests: ${missing[*]} ..."
# A server started by its package would hold the default port; the tests start their own on free ports.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
log=$(mktemp)
if { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core; } >"$log" 2>&1; then
  echo "Installed."
else
  tail -n 5 "$log"
  echo "Could not install: ${missing[*]}. The tests that need them will be skipped; with CI=true they fail."
fi
exit 0
