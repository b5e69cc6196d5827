#!/usr/bin/env bash
# Asks Bazel for arrows that must not exist, and git for words that the edge must not know.
#
# STYLE: the pure cores do no I/O; a layer sees only those below it; services know each other's protos, never
# each other's code. `visibility` forbids most of this already; this says it once more, over any number of hops.
set -euo pipefail

cd "$(dirname "$(readlink -f "$0")")/../.."

readonly PURE=(
  //edge/engineio
  //edge/socketio
  //edge/transcoding
  //edge/websocket
  //polls-service/ballot_files
  //polls-service/domain
  //polls-service/tally
)
readonly IO_LIBRARIES=(
  //third_party:boost_asio
  //third_party:boost_beast
  //third_party:grpcpp
  //third_party:hiredis
  //third_party:nghttp2
)

failures=0

fail() {
  echo "layers: $*" >&2
  failures=$((failures + 1))
}

# Fails if any target of $1 reaches one of $2, and prints the path. A package that does not exist is a failure.
forbid() {
  local path
  if ! path=$(bazel query --noshow_progress --noimplicit_deps "somepath($1, $2)" 2>&1); then
    fail "cannot ask about $1 -> $2:"$'\n'"$path"
  elif path=$(grep '^[/@]' <<<"$path"); then
    fail "$1 must not reach $2, but:"$'\n'"$path"
  fi
}

# Joins targets into one expression: `a + b + c`.
any_of() {
  local joined
  joined=$(printf ' + %s' "$@")
  echo "${joined# + }"
}

# Production code of a package and those below it: tests may use what they like.
code_of() {
  echo "attr(testonly, 0, $1/...)"
}

check_pure_cores() {
  local package
  for package in "${PURE[@]}"; do
    forbid "$(code_of "$package")" "$(any_of "${IO_LIBRARIES[@]}")"
  done
}

check_edge_layers() {
  forbid "$(code_of //edge/websocket)" "//edge/engineio/... + //edge/socketio/... + //edge/transport/... + //edge/gateway/..."
  forbid "$(code_of //edge/engineio)" "//edge/socketio/... + //edge/transport/... + //edge/gateway/..."
  forbid "$(code_of //edge/transport)" "//edge/socketio/... + //edge/gateway/..."
  forbid "$(code_of //edge/socketio)" "//edge/transport/... + //edge/transcoding/... + //edge/gateway/..."
  forbid "$(code_of //edge/transcoding)" "//edge/engineio/... + //edge/socketio/... + //edge/transport/... + //edge/gateway/..."
  # The edge learns an application's events from its descriptors, at run time.
  forbid "$(code_of //edge)" "//proto:polls"
}

check_services() {
  forbid "$(code_of //edge)" "//polls-service/... + //auth-service/..."
  forbid "$(code_of //polls-service)" "//edge/... + //auth-service/..."
  forbid "$(code_of //auth-service)" "//edge/... + //polls-service/..."
  forbid "$(code_of //common)" "//edge/... + //polls-service/... + //auth-service/..."
}

# Nothing depends on a main but what lies beside it.
check_mains() {
  local service
  for service in //auth-service //polls-service //edge; do
    forbid "$(code_of "$service") - $service/main/..." "$service/main/..."
  done
}

# The edge carries any application; the words of ours occur in its test data only.
check_words() {
  local found
  found=$(git grep --untracked -n -i -E 'nominat|ballot|caucus[./]polls|votes' -- edge ':!edge/**/testdata/**' \
    ':!edge/**/*_test.*' || true)
  [[ -z $found ]] || fail "the edge must not know our application's words:"$'\n'"$found"
}

check_pure_cores
check_edge_layers
check_services
check_mains
check_words
((failures == 0)) || exit 1
echo "layers: no forbidden arrow"
