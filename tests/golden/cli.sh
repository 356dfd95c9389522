#!/bin/sh
# cli.sh PROGRAM PART: exit statuses and messages of the program, as README.md
# promises them.  Run in the source folder.
set -u
aside=$1
part=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

# expect STATUS ARGUMENT...: run it; what it says is in $work/out and $work/err.
expect() {
    wanted=$1
    shift
    last="aside $*"
    "$aside" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    [ "$got" -eq "$wanted" ] && return
    echo "$last: exit status $got, expected $wanted"
    cat "$work/out" "$work/err"
    failed=1
}

# says out|err TEXT: the last one said so.
says() {
    grep -qF -e "$2" "$work/$1" && return
    echo "$last: expected on std$1: $2; found:"
    cat "$work/$1"
    failed=1
}

# lines N: so many on stdout.
lines() {
    n=$(wc -l <"$work/out")
    [ "$n" -eq "$1" ] && return
    echo "$last: $n lines on stdout, expected $1"
    failed=1
}

silent() {
    [ -s "$work/$1" ] || return 0
    echo "$last: expected nothing on std$1, found:"
    cat "$work/$1"
    failed=1
}

test_usage() {
    expect 2
    says err "Try: aside --help"
    expect 0 --help
    says out "aside ask"
    silent err
    expect 0 --version
    says out "aside 0."
    expect 2 aks
    says err "did you mean ask?"
    expect 2 ask
    says err "expected TEXT..."
    expect 2 ask --consnet offers hello
    says err "did you mean --consent?"
    expect 2 ask --jobs 3 hello
    says err "unknown option --jobs"
    expect 2 ask --now yesterday hello
    says err "2026-06-18T20:00:00+08:00"
    expect 2 ask --consent ofers hello
    says err "did you mean offers"
    expect 2 serve --port 70000
    says err "from 0 to 65535"
    expect 2 config extra
    for command in ask listen serve replay lint test why sample count config; do
        expect 0 "$command" --help
        says out "--config FILE"
        says out "e.g. --seed 1"
        silent err
    done
}

test_ask() {
    at=2026-06-10T12:00:00+08:00
    expect 0 ask --now $at --seed 1 --consent offers --json "am i pretty" "yes"
    lines 2
    silent err
    says out '"outcome":"offer"'
    says out '"outcome":"accept"'
    says out '"at":"2026-06-10T12:00:00+08:00"'
    cp "$work/out" "$work/first"
    expect 0 ask --now $at --seed 1 --consent offers --json "am i pretty" "yes"
    cmp -s "$work/out" "$work/first" || { echo "the same seed and clock gave other bytes"; failed=1; }
    expect 0 ask --now $at "am i pretty"
    says out "consent"
    if grep -q "$(printf '\033')" "$work/out"; then echo "colour in a pipe"; failed=1; fi
    expect 0 ask --lang zh --now $at --consent offers --json "我美吗"
    says out '广告'
    expect 0 ask --child --consent offers --json --now $at "am i pretty"
    says err "child"
    says out '"gate":"child"'
    expect 0 ask --now $at --zone Europe/Berlin --json "am i pretty"
    says out '"at":"2026-06-10T06:00:00+02:00"'
    expect 2 ask --lang xx hello
    expect 2 ask --zone Nowhere/Land hello
    expect 3 ask --config "$work/none.yaml" hello
    says err "none.yaml"
    expect 2 ask --set no.such.key=1 hello
    says err "no.such.key"
    expect 2 ask "$(printf '\377')"
    says err "UTF-8"
    expect 2 ask "$(head -c 5000 /dev/zero | tr '\0' a)"
    expect 3 ask --intents "$work/nowhere" hello
    says err "nowhere"
    expect 0 ask --json -- "--help"
    lines 1
    # A store that is kept: the second run knows the first.
    expect 0 ask --state "$work/state" --now $at --consent offers --json "am i pretty"
    says out '"outcome":"offer"'
    id=$(sed 's/.*"id":"\([^"]*\)".*/\1/; q' "$work/out")
    id=${id%-a}
    expect 0 ask --state "$work/state" --now $at --json "am i pretty"
    says out '"outcome":"none"'
    expect 0 why --state "$work/state" --json "$(sed 's/^{"id":"\([^"]*\)".*/\1/' "$work/out")"
    says out '"text":null'
    expect 1 why --state "$work/state" nothing-1
}

# Every run is a process of its own: what the household heard yesterday evening still
# counts this morning, and a day later no more.
test_restart() {
    expect 0 ask --state "$work/state" --now 2026-06-10T20:00:00+08:00 --consent offers --json "am i pretty"
    says out '"outcome":"offer"'
    first=$(sed 's/.*"session":"\([^"]*\)".*/\1/' "$work/out")
    expect 0 ask --state "$work/state" --now 2026-06-11T09:00:00+08:00 --json "am i pretty"
    says out '"outcome":"none"'
    says out '"skill":"oreo-play","gate":"cap"'
    second=$(sed 's/.*"session":"\([^"]*\)".*/\1/' "$work/out")
    [ "$first" != "$second" ] || { echo "two runs on one store share the session $first"; failed=1; }
    expect 0 ask --state "$work/state" --now 2026-06-11T20:00:01+08:00 --json "am i pretty"
    says out '"outcome":"offer"'
}

test_config() {
    expect 0 config
    says out "policy.gap"
    expect 0 config --json --set policy.gap=6h
    says out '"key":"policy.gap"'
    says out '"origin":"--set"'
    expect 0 config --write -
    cmp -s "$work/out" config/aside.yaml || { echo "config/aside.yaml is not what aside config --write says"; failed=1; }
    expect 0 config --schema
    cmp -s "$work/out" config/schema/settings.v1.json || { echo "settings.v1.json is not what aside config --schema says"; failed=1; }
    expect 2 config --set policy.gap=never
    says err "policy.gap"
}

# shown FILE LINE: the indented block of a page that holds this line, without its indent.
shown() {
    awk -v line="$2" '/^    |^$/ { if (/^    /) block = block substr($0, 5) "\n"; if (substr($0, 5) == line) wanted = 1; next }
                      { if (wanted) exit; block = "" } END { if (wanted) printf "%s", block }' "$1"
}

test_lint() {
    expect 0 lint config intents skills
    says err "0 errors"
    expect 3 lint "$work/missing"
    says err "missing"
    mkdir "$work/bad"
    printf 'language: en\nintents:\n  A:\n    data:\n      - sentences: ["turn (on"]\n' >"$work/bad/a.yaml"
    expect 1 lint "$work/bad/a.yaml"
    says out "$work/bad/a.yaml:5:"
    says out ": error: "
    expect 1 lint --format sarif "$work/bad"
    says out '"version":"2.1.0"'
    says out '"startLine":5'
    expect 1 lint --json "$work/bad"
    says out '"severity":"error"'
    expect 2 lint --format yaml "$work/bad"
    says err "text, json or sarif"
    printf 'what: is this\n' >"$work/odd.yaml"
    expect 1 lint "$work/odd.yaml"
    # What the two READMEs show is true: their examples, taken out, load and pass.
    mkdir -p "$work/shown/tea-time"
    shown README.md "language: en" >"$work/shown/plants.yaml"
    expect 0 lint "$work/shown/plants.yaml"
    shown skills/README.md "aside: skill/v1" >"$work/shown/tea-time/skill.yaml"
    expect 0 lint "$work/shown/tea-time"
    expect 0 test "$work/shown/tea-time"
    says err "3 tests, 0 failed"
    # Any setting tells a settings file; a language alone tells nothing.
    printf 'log: {level: debgu}\n' >"$work/loud.yaml"
    expect 1 lint "$work/loud.yaml"
    says out "loud.yaml:1:14: error: config."
    printf 'language: en\ntests: [a]\n' >"$work/bad/a.yaml"
    expect 0 lint "$work/bad"
    expect 0 test skills
    says err "0 failed"
    expect 3 test "$work/missing"
}

test_replay() {
    printf 'text\tintent\tcontext\toutcome\tskill\theld\tconsent\tnote\n' >"$work/good.tsv"
    printf 'am i pretty\tChatAboutMe|Other\tchitchat\toffer\toreo-play\t\toffers\tx\n' >>"$work/good.tsv"
    printf 'am i pretty\tChatAboutMe\t\tnone\tnone\tconsent\t\t\n\n' >>"$work/good.tsv"
    expect 0 replay "$work/good.tsv" --report "$work/r.json" --report "$work/r.xml" --report "$work/r.html"
    says out "2 cases, 2 passed, 0 failed"
    grep -q '^{"cases":2,"passed":2,"failed":0,"metrics":{' "$work/r.json" || { echo "report: $(cat "$work/r.json")"; failed=1; }
    grep -q '"intent_accuracy":{"value":1,"rows":2}' "$work/r.json" || { echo "no intent_accuracy"; failed=1; }
    grep -q 'tests="2" failures="0"' "$work/r.xml" || { echo "JUnit: $(cat "$work/r.xml")"; failed=1; }
    grep -q '<svg' "$work/r.html" || { echo "no bars in the page"; failed=1; }
    expect 0 replay "$work/good.tsv" --seed 1 --jobs 1 --json
    lines 3
    cut -d, -f1-20 "$work/out" | sed '$d' >"$work/one"
    expect 0 replay "$work/good.tsv" --seed 1 --jobs 4 --json
    cut -d, -f1-20 "$work/out" | sed '$d' >"$work/four"
    cmp -s "$work/one" "$work/four" || { echo "--jobs changes what is got"; failed=1; }

    printf 'text\tcontext\nam i pretty\tshopping\n' >"$work/bad.tsv"
    expect 1 replay "$work/bad.tsv"
    says out "expected shopping, got chitchat"
    expect 0 replay "$work/bad.tsv" --update
    expect 0 replay "$work/bad.tsv"
    printf 'words\tcontext\na\tb\n' >"$work/wrong.tsv"
    expect 2 replay "$work/wrong.tsv"
    says err "wrong.tsv:1:1: error: table.columns"
    printf 'text\tslots\na\t{"x":\n' >"$work/slots.tsv"
    expect 2 replay "$work/slots.tsv"
    says err "slots.tsv:2:3: error: table.slots"
    printf 'audio\tintent\nnone.wav\tA\n' >"$work/gone.tsv"
    expect 3 replay "$work/gone.tsv"
    says err "gone.tsv:2"
    printf 'audio\tintent\nnoise.wav\tA\n' >"$work/broken.tsv"
    printf 'this is no recording' >"$work/noise.wav"
    expect 3 replay "$work/broken.tsv"
    says err "broken.tsv:2"
    expect 3 listen "$work/noise.wav"
    says err "noise.wav"
    expect 3 replay "$work/missing.tsv"
    expect 2 replay "$work/good.tsv" --report "$work/r.pdf"
    expect 2 replay config/aside.yaml

    printf '{"aside":"session/v1","seed":1,"start":"2026-06-10T12:00:00+08:00"}\n{"in":"consent","purpose":"offers","granted":true}\n{"in":"say","text":"am i pretty"}\n{"in":"wait","ms":4000}\n{"in":"say","text":"yes"}\n' >"$work/s.jsonl"
    expect 0 replay "$work/s.jsonl" --update
    [ "$(grep -c '"out"' "$work/s.jsonl")" -eq 2 ] || { echo "no decisions written"; failed=1; }
    expect 0 replay "$work/s.jsonl"
    says out "2 cases, 2 passed"
    sed 's/"outcome":"accept"/"outcome":"decline"/' "$work/s.jsonl" >"$work/s2.jsonl"
    expect 1 replay "$work/s2.jsonl"
    says out "expected \"decline\", got \"accept\""
    printf '{"aside":"session/v1"}\n{"in":"sing"}\n' >"$work/s3.jsonl"
    expect 2 replay "$work/s3.jsonl"
    says err "s3.jsonl:2"
}

test_sample() {
    printf 'language: en\nintents:\n  Light:\n    data:\n      - sentences: ["turn (on|off) [the] light"]\n' >"$work/a.yaml"
    expect 0 sample "$work/a.yaml"
    lines 4
    says out "turn off the light"
    expect 0 sample "$work/a.yaml" -n 2
    lines 2
    expect 0 count "$work/a.yaml" --json
    says out '"intent":"Light","count":4'
    expect 2 sample "$work/a.yaml" --intent Dark
    expect 3 sample "$work/none.yaml"
    expect 0 count intents/en
    says out "orderDrink"
    # The rules beside a file are found from its own folder, too.
    printf 'language: en\nexpansion_rules: {want: "(i want|give me)"}\n' >"$work/_common.yaml"
    printf 'language: en\nintents: {Tea: {data: [{sentences: ["<want> tea"]}]}}\n' >"$work/tea.yaml"
    case $aside in /*) there=$aside ;; *) there=$PWD/$aside ;; esac
    [ "$(cd "$work" && "$there" sample tea.yaml | wc -l)" -eq 2 ] || { echo "sample in the file's folder: no rules found"; failed=1; }
}

test_listen() {
    command -v flite >/dev/null || { echo "SKIPPED: flite is not here, so nobody can speak"; exit 77; }
    flite -voice slt -t "turn on the light" -o "$work/a.wav" || exit 1
    at=2026-06-10T12:00:00+08:00
    expect 0 listen --now $at --seed 1 --json "$work/a.wav"
    lines 1
    says out '"text":"turn on the light"'
    says out '"name":"HassTurnOn"'
    cp "$work/out" "$work/file"
    # The same samples from a pipe are the same decision; flite's header has 44 bytes.
    tail -c +45 "$work/a.wav" | "$aside" listen --now $at --seed 1 --json - >"$work/pipe" 2>/dev/null
    cmp -s "$work/file" "$work/pipe" || { echo "a pipe is heard differently: $(cat "$work/pipe")"; failed=1; }
    expect 0 listen --now $at --realtime "$work/a.wav"
    says out "> turn on the light"
    # The log says as much as log.level asks for.
    expect 0 listen --set models.en.additions= "$work/a.wav"
    says err "words have no pronunciation"
    expect 0 listen --set models.en.additions= --set log.level=info "$work/a.wav"
    says err 'no pronunciation for `unmute`'
    expect 0 listen --set models.en.additions= --set log.level=error "$work/a.wav"
    silent err
    # Every word of the shipped sentences can be said.
    expect 0 listen "$work/a.wav"
    silent err
    expect 3 listen -
    says err "no sound in it"
    expect 3 listen "$work/none.wav"
    says err "none.wav"
    head -c 20 "$work/a.wav" >"$work/cut.wav"
    expect 3 listen "$work/cut.wav"
    says err "cut.wav"
    expect 2 listen "$work/a.wav" "$work/a.wav"
    printf 'audio\ttranscript\tintent\tslots\na.wav\tturn on the light\tHassTurnOn\t{"name":"light"}\n' >"$work/a.tsv"
    expect 0 replay "$work/a.tsv" --report "$work/a.json"
    grep -q '"transcript_wer":{"value":0,"rows":1}' "$work/a.json" || { echo "no word error rate: $(cat "$work/a.json")"; failed=1; }
    grep -q '"rtf":{"value":0' "$work/a.json" || { echo "no real-time factor: $(cat "$work/a.json")"; failed=1; }
}

"test_$part"
exit $failed
