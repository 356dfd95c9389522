# exports.sh NM LIBRARY HEADER -- the shared library exports what the header declares, and nothing else.
nm=$1 library=$2 header=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The name after ASIDE_API, which may stand on a later line of the declaration.
awk '
  /^ASIDE_API/ { open = 1 }
  open && match($0, /aside_[a-z0-9_]+\(/) { print substr($0, RSTART, RLENGTH - 1) "\t" FNR; open = 0 }' "$header" >"$work/lines"
cut -f1 "$work/lines" | sort >"$work/declared"

# Not ours: the linker's own marks, and what sanitizers add.
"$nm" -D --defined-only "$library" | awk '{ print $NF }' | sed 's/@.*//' |
  grep -v -E '^(_init|_fini|_edata|_end|__bss_start|__.*|_ZTI.*|_ZTS.*)$' | sort >"$work/exported"
[ -s "$work/declared" ] || { echo "$header:1: no ASIDE_API function found"; exit 1; }

bad=0
for name in $(comm -23 "$work/declared" "$work/exported"); do
  echo "$header:$(awk -v n="$name" '$1 == n { print $2 }' "$work/lines"): $name is declared but not exported"
  bad=1
done
for name in $(comm -13 "$work/declared" "$work/exported"); do
  echo "$library: exports $name, which $header does not declare"
  bad=1
done
exit $bad
