# functions.sh ENGINE -- functions tell one step: none over 100 lines, nine in ten under 45.
# A function starts at a line in the first column that is not a declaration, and
# its body at the line that ends with ") {"; both end at the "}" in the first column.
engine=$1
files=$(find "$engine/" -name '*.c' | sort)
[ -n "$files" ] || { echo "$engine: no C files found"; exit 1; }
awk '
  function count(lines) {
    n++; if (lines < 45) n_short++
    if (lines > 100) { printf "%s:%d: %d lines; at most 100\n", FILENAME, start, lines; bad = 1 }
    else if (lines >= 45) long_ones = long_ones sprintf("%s:%d: %d lines\n", FILENAME, start, lines)
  }
  FNR == 1 { inside = 0; start = 0 }
  inside { if (/^}/) { inside = 0; count(FNR - start + 1); start = 0 } next }
  /^[A-Za-z_].*\(/ && !/;[ \t]*(\/\*.*)?$/ { start = FNR }
  /^[A-Za-z_].*\) \{.*\}[ \t]*(\/\*.*)?$/ && start == FNR { count(1); start = 0; next }
  /\) \{[ \t]*(\/\*.*)?$/ && start && (/^[A-Za-z_ ]/) { inside = 1; next }
  /;[ \t]*$/ { start = 0 }
  END {
    if (n == 0) { print "no functions found: is this the engine?"; exit 1 }
    printf "%d functions, %d (%.1f %%) under 45 lines\n", n, n_short, 100 * n_short / n
    if (n_short * 10 < n * 9) { printf "at least 90 %% must be; the long ones:\n%s", long_ones; bad = 1 }
    exit bad
  }' $files
