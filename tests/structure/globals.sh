# globals.sh OBJDUMP ARCHIVE ENGINE [SANITIZE] -- the library has no writable globals.
# By section, not by the letter that nm shows: .data.rel.ro (tables of pointers,
# read-only once the program is loaded) has the same letter as .data.
objdump=$1 archive=$2 engine=$3 sanitize=$4
[ -z "$sanitize" ] || { echo "SKIPPED: sanitizers add globals of their own"; exit 77; }
[ -s "$archive" ] || { echo "$archive: no such library"; exit 1; }

"$objdump" -t "$archive" | awk '
  /file format/ { object = $1; sub(/:.*/, "", object); n_objects++ }
  /\t/ {
    split($0, half, "\t"); n = split(half[1], left, " "); section = left[n]
    n = split(half[2], right, " "); name = right[n]
    if (section ~ /^\.data\.rel\.ro/ || name == section || name ~ /^\./) next
    if (section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/) print object, name
  }
  END { if (n_objects == 0) print "- -" }' | {
  bad=0
  while read -r object name; do
    [ "$object" = - ] && { echo "$archive: no objects in it"; exit 1; }
    # A static inside a function is called NAME.123.
    place=$(grep -n -w -- "${name%%.*}" "$engine"/*/"${object%.o}" 2>/dev/null | head -1 | cut -d: -f1)
    file=$(ls "$engine"/*/"${object%.o}" 2>/dev/null | head -1)
    echo "${file:-$object}:${place:-0}: ${name%%.*} is a writable global; what you need arrives as an argument"
    bad=1
  done
  exit $bad
}
