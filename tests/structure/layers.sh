# layers.sh ENGINE CMAKELISTS -- includes point down the layers.
# A file may include aside.h, headers of its own layer and of those named before it.
engine=$1 cmakelists=$2
layers="base config audio asr text intent context skill policy action ledger core gateway cli"
bad=0

# The build lists the library's layers in the same order.
want="set(ASIDE_LAYERS ${layers% gateway cli})"
if ! grep -qF "$want" "$cmakelists"; then
  echo "$cmakelists:$(grep -n 'set(ASIDE_LAYERS' "$cmakelists" | cut -d: -f1): expected $want"
  bad=1
fi

for folder in "$engine"/*/; do
  name=$(basename "$folder")
  case " $layers include " in
    *" $name "*) ;;
    *) echo "$folder: not a layer; the layers are: $layers"; bad=1 ;;
  esac
done

files=$(find "$engine/" -name '*.[ch]' | sort)
[ -n "$files" ] || { echo "$engine: no C files found"; exit 1; }
for file in $files; do
  awk -v layers="$layers" -v from="$(basename "$(dirname "$file")")" '
    BEGIN { n = split(layers, list); for (i = 1; i <= n; i++) rank[list[i]] = i }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
      path = $0; sub(/^[^"]*"/, "", path); sub(/".*/, "", path)
      to = path; if (!sub(/\/.*/, "", to)) to = ""
      if (path == "aside.h") next
      if (!(to in rank)) why = "name the header with its layer: \"LAYER/NAME.h\""
      else if (rank[to] > rank[from]) why = from " comes before " to " and may not include it"
      else next
      printf "%s:%d: #include \"%s\": %s\n", FILENAME, FNR, path, why
      bad = 1
    }
    END { exit bad }' "$file" || bad=1
done
exit $bad
