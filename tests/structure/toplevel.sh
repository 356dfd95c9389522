# toplevel.sh SOURCE -- the top level holds the folders of the design and little else.
cd "$1" || exit 1
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "SKIPPED: not a git checkout"; exit 77; }
git -c core.quotePath=false ls-files | awk -F/ '
  BEGIN {
    n = split("engine intents skills models config tests", list, " "); for (i = 1; i <= n; i++) folder[list[i]] = 1
    n = split("CMakeLists.txt README.md LICENSE CHANGELOG.md SECURITY.md", list, " "); for (i = 1; i <= n; i++) file[list[i]] = 1
  }
  substr($1, 1, 1) == "." || (NF > 1 ? $1 in folder : $1 in file) || seen[$1]++ { next }
  { printf "%s:1: %s does not belong to the top level\n", $0, $1; bad = 1 }
  END { exit bad }'
