#!/bin/sh
# From a bare Debian 12 to a running gateway that one can watch at work.
#
#   config/demo.sh
#
# Installs what is missing (config/setup.sh), builds, starts the gateway, lets
# synthetic voices speak to it over websockets as fast as people do, types Chinese
# to it, prints what it heard, understood and decided, and leaves it running.
# Asks nothing; may be run again: an earlier demo's gateway is stopped first.
#
# ASIDE_PORT chooses the port (2700; a free one is taken when that is in use).
set -eu

cd "$(dirname "$0")/.."
HERE=build/demo
PID_FILE=$HERE/gateway.pid
PYTHON=/usr/bin/python3                      # Debian's, which has Debian's websockets.

say() { printf '\n== %s\n' "$*"; }

# Only a process that this script started and that still is a gateway.
is_ours() {
  [ -s "$PID_FILE" ] || return 1
  cat "/proc/$(cat "$PID_FILE")/cmdline" 2>/dev/null | tr '\0' ' ' | grep -q "build/aside serve"
}

stop_earlier() {
  is_ours || return 0
  say "Stopping the gateway of an earlier demo (process $(cat "$PID_FILE"))"
  kill "$(cat "$PID_FILE")"
  for _ in 1 2 3 4 5 6 7 8 9 10; do is_ours || break; sleep 0.5; done
}

# The log holds the port; nothing there after a minute, or an early end, is a failure.
wait_for_port() {
  for _ in $(seq 120); do
    grep -q '^aside: listening on' "$HERE/gateway.out" && return 0
    is_ours || return 1
    sleep 0.5
  done
  return 1
}

start_gateway() {
  nohup build/aside serve --port "$1" --state "$STATE" >"$HERE/gateway.out" 2>"$HERE/gateway.err" </dev/null &
  echo $! >"$PID_FILE"
  sleep 0.2
  wait_for_port
}

clip() {                                     # NAME PROGRAM VOICE WORDS...
  name=$1 program=$2 voice=$3
  shift 3
  case $program in
    flite) flite -voice "$voice" -t "$*" -o "$HERE/clips/$name.wav" ;;
    espeak-ng) espeak-ng -v "$voice" -s 120 -w "$HERE/clips/$name.wav" "$*" ;;
  esac
  printf '%s\t%s %s\t%s\n' "$HERE/clips/$name.wav" "$program" "$voice" "$*" >>"$HERE/clips/list.tsv"
}

say "Installing what is missing"
config/setup.sh

say "Building (build/demo/build.log has the details)"
mkdir -p "$HERE"
{ cmake -S . -B build && cmake --build build --target aside -j "$(nproc)"; } >"$HERE/build.log" 2>&1 ||
  { tail -n 30 "$HERE/build.log"; echo "demo: the build failed" >&2; exit 1; }

stop_earlier
rm -rf "$HERE"/state.* "$HERE/clips"
STATE=$(mktemp -d "$HERE/state.XXXXXX")
mkdir -p "$HERE/clips"

say "Starting the gateway, with an empty store so that yesterday's limits hide nothing: $STATE"
start_gateway "${ASIDE_PORT:-2700}" || start_gateway 0 ||
  { cat "$HERE/gateway.err"; echo "demo: the gateway did not start" >&2; exit 1; }
ADDRESS=$(sed -n 's/^aside: listening on //p' "$HERE/gateway.out")
echo "$ADDRESS"

say "Making voices with flite and espeak-ng"
clip lights flite slt turn on the kitchen lights
clip coffee flite awb i want a large latte
clip joke flite rms tell me a joke
clip vain flite rms am i pretty
clip shoes flite slt where can i buy shoes
clip robot espeak-ng en-us+f5 can i have a small cappuccino
clip timer espeak-ng en-us+f5 set a timer for ten minutes
clip mumble espeak-ng en-gb what time is it
echo "$(grep -c . "$HERE/clips/list.tsv") recordings in $HERE/clips"

say "Talking to it"
"$PYTHON" -B config/demo_client.py "$ADDRESS" "$HERE/clips/list.tsv"

say "The gateway goes on: $ADDRESS"
cat <<END
Try it     open $ADDRESS in a browser, or
           curl $ADDRESS/metrics
           build/aside ask --consent offers --now 2026-06-10T12:00:00+08:00 "am i pretty" "yes please"
Stop it    kill \$(cat $PID_FILE)
END
