#!/bin/sh
# Install what is needed, build, and run every test: plain, then under the address
# and undefined-behaviour sanitizers.  Safe to run again.
#
#   tests/run.sh                 everything
#   tests/run.sh plain|sanitize  only that flavour
#
# Tests on real recordings look for them in ASIDE_TEST_DATA (default
# ../shared/data beside this checkout) and say so when they skip.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
jobs=$(nproc)
flavours=${1:-"plain sanitize"}
case "$flavours" in "plain sanitize"|plain|sanitize) ;; *) echo "usage: tests/run.sh [plain|sanitize]" >&2; exit 2 ;; esac

sh config/setup.sh
ASIDE_TEST_DATA=${ASIDE_TEST_DATA:-$root/../shared/data}
export ASIDE_TEST_DATA
if [ ! -d "$ASIDE_TEST_DATA" ]; then
  echo "tests: NO RECORDINGS at $ASIDE_TEST_DATA: tests on real speech will be SKIPPED" >&2
fi

# Nothing stops at the first flavour that fails: the end says which did.
failed=""
run() { # name folder options...
  name=$1 folder=$2; shift 2
  echo "== $name: building in $folder"
  log=build/$name.log
  cmake -S . -B "$folder" "$@" >"$log" 2>&1 || { cat "$log"; return 1; }
  cmake --build "$folder" -j "$jobs" >>"$log" 2>&1 || { tail -50 "$log"; return 1; }
  echo "== $name: testing"
  ctest --test-dir "$folder" -j "$jobs" --output-on-failure --timeout 600
}

mkdir -p build
for flavour in $flavours; do
  case $flavour in
    plain)    run plain build -DASIDE_WERROR=ON || failed="$failed plain" ;;
    sanitize) run sanitize build/sanitize -DASIDE_WERROR=ON -DASIDE_SANITIZE=address || failed="$failed sanitize" ;;
  esac
done
if [ -n "$failed" ]; then
  echo "tests: FAILED:$failed"
  exit 1
fi
echo "tests: all passed"
