#!/bin/sh
# fetch.sh -- get a model that is not a Debian package, and check every file of it
# against manifest.yaml before it is put in place.
#
#     models/fetch.sh zh              download from the public release
#     models/fetch.sh zh --from DIR   take from a folder that holds the files (or the
#                                     unpacked release), for machines without a network
#
# The files go to models/zh/acoustic, which is not under version control.  Exit
# status: 0 fine, 1 a file is missing or differs (nothing is put in place), 2 usage.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
release=https://downloads.sourceforge.net/project/cmusphinx/pocketsphinx/0.7/pocketsphinx-0.7.tar.gz

usage() { sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2; }

[ $# -ge 1 ] && [ "$1" = zh ] || usage
from=
if [ $# -gt 1 ]; then
    [ $# -eq 3 ] && [ "$2" = --from ] || usage
    from=$3
    [ -d "$from" ] || { echo "fetch.sh: $from is not a folder" >&2; exit 2; }
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

if [ -z "$from" ]; then
    echo "fetch.sh: downloading $release" >&2
    if command -v curl >/dev/null; then curl -fsSL -o "$work/release.tar.gz" "$release"
    else wget -q -O "$work/release.tar.gz" "$release"; fi
    tar -xzf "$work/release.tar.gz" -C "$work"
    from=$work
fi

# "name hash" of each file of the entry: the lines under `acoustic:` and `dictionary:`.
awk '/^  - id:/ { on = ($3 == "zh-tdt") } on && /^      / { sub(":", "", $1); print $1, $2 }' \
    "$here/manifest.yaml" > "$work/list"
[ -s "$work/list" ] || { echo "fetch.sh: manifest.yaml has no entry zh-tdt" >&2; exit 1; }

# A release holds several files of one name (each model has its mdef): the hash tells which.
mkdir "$work/acoustic"
while read -r name hash; do
    find "$from" -name "$name" -type f > "$work/candidates"
    found=
    while read -r file; do
        [ "$(sha256sum < "$file" | cut -d' ' -f1)" = "$hash" ] && found=$file && break
    done < "$work/candidates"
    if [ -z "$found" ]; then
        echo "fetch.sh: no $name with SHA-256 $hash under $from ($(wc -l < "$work/candidates") of that name)" >&2
        exit 1
    fi
    cp "$found" "$work/acoustic/$name"
    chmod 644 "$work/acoustic/$name"
done < "$work/list"

mkdir -p "$here/zh"
rm -rf "$here/zh/acoustic"
mv "$work/acoustic" "$here/zh/acoustic"
echo "fetch.sh: $(wc -l < "$work/list") files, all as in the manifest, in $here/zh/acoustic" >&2
