#!/usr/bin/env bash
# Runs caucus-tally: exit codes, messages, and every command in docs/caucus-tally.md.
set -euo pipefail

readonly TOOL=$PWD/polls-service/caucus_tally/caucus-tally
readonly PAGE=$PWD/docs/caucus-tally.md
PATH=${TOOL%/*}:$PATH
cd polls-service/caucus_tally/testdata

failures=0
fail() {
  printf '%s\n' "$*" >&2
  failures=$((failures + 1))
}

# Fails unless caucus-tally with the arguments after $3 ends with $1, writes output that contains $2, and
# messages that contain $3.
expect() {
  local code=0 wanted=$1 output=$2 message=$3
  shift 3
  caucus-tally "$@" >"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" </dev/null || code=$?
  [[ $code == "$wanted" && $(<"$TEST_TMPDIR/out") == *"$output"* && $(<"$TEST_TMPDIR/err") == *"$message"* ]] ||
    fail "caucus-tally $*: status $code"$'\n'"$(cat "$TEST_TMPDIR/out" "$TEST_TMPDIR/err")"
}

# Prints the commands of the page, each on a line; or, given its number, what the page says of one.
commands() { sed -n 's/^    \$ //p' "$PAGE"; }
documented() {
  awk -v wanted="$1" '/^    \$ /  { block++; reading = block == wanted; next }
                      /^[^ ]/     { reading = 0 }
                      reading     { sub(/^    /, ""); print }' "$PAGE"
}

# Command substitution drops newlines at the end of both.
check_page() {
  local number=0 command
  while IFS= read -r command; do
    number=$((number + 1))
    [[ $(bash -c "$command" 2>&1 || true) == "$(documented "$number")" ]] ||
      fail "docs/caucus-tally.md: this prints something else: $command"$'\n'"$(bash -c "$command" 2>&1 || true)"
  done < <(commands)
  ((number >= 6)) || fail "docs/caucus-tally.md has only $number commands"
}

expect 0 'Winner: Knoxville, TN' '' tennessee.blt
expect 0 'Winner: Memphis, TN' '' --method plurality tennessee.blt
expect 0 'Winner: Nashville, TN' '' tennessee.abif --method=borda
expect 0 'Winner: Nashville, TN' '' --method=weighted --ranks_max=4 tennessee.blt
expect 0 'Winners: Ann, Bo' '' --method=stv-scottish ward.blt
expect 0 'Winner: Pizza' '' --tie_break_order=Sushi,t1,Soup,Pizza lunch.json
expect 0 '"winners": ["Knox"]' '' --output=json tennessee.abif
expect 0 '"eliminated": "Chattanooga, TN"' '' --output=rctab tennessee.abif
expect 0 '--tie_break_seed' '' --help

expect 1 '' 'malformed.blt: line 3, column 3: a candidate' malformed.blt
expect 1 '' 'missing.blt: the file cannot be read' missing.blt
expect 1 '' '.: the file cannot be read' .
expect 1 '' 'tennessee.blt: line 1, column 3: this is not JSON' --input=json tennessee.blt
expect 1 '' 'tennessee.blt: 5 seats for 4 candidates' --seats=5 tennessee.blt
expect 1 '' 'tennessee.blt: the Scottish rules need the Droop quota' --method=stv-scottish --quota=hare tennessee.blt
expect 1 '' 'tennessee.blt: the Scottish rules need the Droop quota' --method=stv-scottish --decimals=2 tennessee.blt
expect 1 '' "tie_break_order: no candidate has the id 'x'" --tie_break_order=x lunch.json
expect 1 '' 'standard input: line 1, column 1: the file is empty' -

expect 2 '' 'there is no flag --colour' --colour=red tennessee.blt
expect 2 '' '--method: it must be one of: weighted, irv' --method=coin tennessee.blt
expect 2 '' '--output: it must be one of' --output=xml tennessee.blt
expect 2 '' '--input: it must be one of' --input=xml tennessee.blt
expect 2 '' '--seats' --seats=-1 tennessee.blt
expect 2 '' 'it takes one file' tennessee.blt tennessee.abif
expect 2 '' 'it takes one file'
CAUCUS_METHOD=borda expect 0 'Winner: Nashville, TN' '' tennessee.blt
CAUCUS_SEATS=-1 expect 2 '' 'CAUCUS_SEATS' tennessee.blt

[[ $(caucus-tally - <tennessee.abif) == "$(caucus-tally tennessee.abif)" ]] || fail "a pipe is read differently"

check_page
((failures == 0))
