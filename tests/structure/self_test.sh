# self_test.sh HERE CC NM OBJDUMP AR -- the structural tests can fail.
# A small tree that is right passes each script; one break at a time, each finds
# its own and names the place.
here=$1 cc=$2 nm=$3 objdump=$4 ar=$5
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0

fresh() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree/engine/base" "$work/tree/engine/text" "$work/tree/engine/gateway" "$work/tree/engine/include"
  cd "$work/tree" || exit 1
  echo 'set(ASIDE_LAYERS base config audio asr text intent context skill policy action ledger core)' >CMakeLists.txt
  printf '#define ASIDE_API __attribute__((visibility("default")))\nASIDE_API\nint aside_one(void);\n' >engine/include/aside.h
  printf '#include "aside.h"\n#include <yaml.h>\nint aside_one(void) {\n    return 1;\n}\n' >engine/base/one.c
  printf '#include "base/one.h"\nstatic const char *const names[] = { "a", 0 };\nconst char *const *two(void) { return names; }\n' >engine/text/two.c
  printf '#include <uv.h>\n' >engine/gateway/loop.c
}

# expect STATUS PART COMMAND...: the script's status, and what it must say.
expect() {
  want=$1 part=$2
  shift 2
  said=$("$@" 2>&1)
  got=$?
  case "$got:$said" in
    "$want:"*"$part"*) ;;
    *) echo "$*: expected status $want and '$part', got status $got and: $said"; bad=1 ;;
  esac
}

check_layers() { expect "$1" "$2" sh "$here/layers.sh" engine CMakeLists.txt; }
check_foreign() { expect "$1" "$2" sh "$here/foreign.sh" engine; }
check_functions() { expect "$1" "$2" sh "$here/functions.sh" engine; }

fresh; check_layers 0 ""
echo '#include "text/two.h"' >>engine/base/one.c; check_layers 1 "engine/base/one.c:6: "
fresh; echo '#include "two.h"' >>engine/text/two.c; check_layers 1 "engine/text/two.c:4: "
fresh; mkdir engine/misc; check_layers 1 "engine/misc/"
fresh; sed -i 's/base config/config base/' CMakeLists.txt; check_layers 1 "CMakeLists.txt:1: "

fresh; rm -rf engine/*; for name in layers foreign functions; do expect 1 "no C files" sh "$here/$name.sh" engine CMakeLists.txt; done
fresh; check_foreign 0 ""
echo '#include <yaml.h>' >>engine/text/two.c; check_foreign 1 "engine/text/two.c:4: "
fresh; echo '#include <uv.h>' >>engine/text/two.c; check_foreign 1 "engine/text/two.c:4: "

# long_function LINES: so many between its first line and its last.
long_function() {
  printf 'static int f%s(int a,\n    int b) {\n' "$1"
  i=3; while [ $i -lt "$1" ]; do echo '    a++;'; i=$((i + 1)); done
  echo '}'
}
fresh; check_functions 0 "2 functions"
long_function 100 >engine/base/long.c
for n in 1 2 3 4 5 6 7 8 9 10; do long_function 44; done >engine/base/short.c
check_functions 0 "13 functions"
long_function 101 >engine/base/long.c; check_functions 1 "engine/base/long.c:1: 101 lines"
long_function 45 >engine/base/long.c; long_function 45 >>engine/base/long.c; check_functions 1 "engine/base/long.c:46: 45 lines"

check_toplevel() { git add -A && expect "$1" "$2" sh "$here/toplevel.sh" .; }
if command -v git >/dev/null; then
  fresh; git init -q .; check_toplevel 0 ""
  mkdir notes; touch notes/a; check_toplevel 1 "notes/a:1: "
  rm -rf notes; touch engine.txt; check_toplevel 1 "engine.txt:1: "
fi

# library MORE: one.c and MORE as a shared library and as an archive.
library() {
  printf '#include "aside.h"\nint aside_one(void) { return 1; }\n%s\n' "$1" >engine/base/one.c
  "$cc" -Iengine/include -fPIC -fvisibility=hidden -c engine/base/one.c -o one.c.o &&
    "$cc" -shared one.c.o -o libone.so && rm -f libone.a && "$ar" rc libone.a one.c.o || { echo "cannot build"; bad=1; }
}
check_exports() { expect "$1" "$2" sh "$here/exports.sh" "$nm" libone.so engine/include/aside.h; }
check_globals() { expect "$1" "$2" sh "$here/globals.sh" "$objdump" libone.a engine ""; }

fresh; library 'static const char *const names[] = { "a", 0 }; const char *name(int i); const char *name(int i) { return names[i]; }'
check_exports 0 ""; check_globals 0 ""
library 'ASIDE_API int extra(void); ASIDE_API int extra(void) { return 1; }'; check_exports 1 "exports extra"
library ''; printf 'ASIDE_API int aside_two(void);\n' >>engine/include/aside.h; check_exports 1 "engine/include/aside.h:4: aside_two"
fresh; library 'int next(void);
int next(void) { static int counter; return ++counter; }'; check_globals 1 "engine/base/one.c:4: counter"
library 'int level = 7;'; check_globals 1 "engine/base/one.c:3: level"
library 'const char *word = "a";'; check_globals 1 "engine/base/one.c:3: word"
library '_Thread_local int mine;'; check_globals 1 "engine/base/one.c:3: mine"

exit $bad
