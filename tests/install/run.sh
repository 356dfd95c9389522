#!/bin/sh
# Install into a folder of our own, then build and run a consumer by pkg-config
# alone: once with the shared library, once with the static one.
#   run.sh SOURCE_DIR BUILD_DIR
set -eu
source=$1 build=$2
prefix=$build/install-test
rm -rf "$prefix"
cmake --install "$build" --prefix "$prefix" >/dev/null
pc=$(dirname "$(find "$prefix" -name aside.pc)")
# The file was made for another prefix; pkg-config can be told.
flags() { PKG_CONFIG_PATH=$pc pkg-config --define-variable=prefix="$prefix" "$@" aside; }
lib=$(flags --variable=libdir)
cc -std=c11 -Wall -Werror "$source/tests/install/consumer.c" -o "$prefix/shared" $(flags --cflags --libs) -Wl,-rpath,"$lib"
cc -std=c11 -Wall -Werror "$source/tests/install/consumer.c" -o "$prefix/static" $(flags --cflags) "$lib/libaside.a" \
  $(pkg-config --libs $(flags --print-requires-private)) -lpthread -lm
"$prefix/shared" "$source/config/aside.yaml"
"$prefix/static" "$source/config/aside.yaml"
test -x "$prefix/bin/aside"
"$prefix/bin/aside" --version
