#!/bin/sh
# Install what building, running and testing Aside needs on Debian 12, and nothing else.
# Safe to run again: says "all there" and changes nothing when nothing is missing.
#
#   config/setup.sh            everything (build, run, tests, demo)
#   config/setup.sh --print    only list the packages
set -eu

# A row a purpose.  Each name is a Debian package.
BUILD="gcc libc6-dev make cmake pkg-config"
LIBRARIES="libpocketsphinx-dev libsphinxbase-dev libpcre2-dev libyaml-dev libwebsockets-dev libwebsockets-evlib-uv
  libuv1-dev libsndfile1-dev libspeexdsp-dev libutf8proc-dev libjansson-dev libsodium-dev libsqlite3-dev"
DATA="pocketsphinx-en-us opencc libopencc-data tzdata"          # English model; traditional-to-simplified table; zones
TESTS="libcmocka-dev git binutils python3 python3-websockets"   # a second, independent websocket client
DEMO="flite espeak-ng"                                          # voices that speak to the demo and the tests
PACKAGES="$BUILD $LIBRARIES $DATA $TESTS $DEMO"

case "${1:-}" in
  "") ;;
  --print) printf '%s\n' $PACKAGES; exit 0 ;;
  *) echo "usage: config/setup.sh [--print]" >&2; exit 2 ;;
esac

missing=""
for p in $PACKAGES; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q "install ok installed" || missing="$missing $p"
done
if [ -z "$missing" ]; then
  echo "setup: all packages are there"
  exit 0
fi

if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
  echo "setup: run as root, or install sudo. Missing packages:$missing" >&2
  exit 3
fi
echo "setup: installing with apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086  # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
echo "setup: done"
