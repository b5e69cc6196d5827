# shellcheck shell=bash
# ./dev test --fuzz: runs libFuzzer's targets under AddressSanitizer. Sourced by ./dev.
#
# A fuzz target is made by //bazel:fuzz.bzl. What it finds interesting is kept in .caucus/fuzz and taken up the next
# time.

readonly FUZZ=$STATE/fuzz
readonly FUZZ_OPTIONS=(--action_env=CC=clang "--copt=-fsanitize=fuzzer-no-link,address,undefined"
  "--copt=-fno-sanitize=function,vptr" --copt=-fno-sanitize-recover=undefined --copt=-O1
  "--linkopt=-fsanitize=address,undefined" --linkopt=-fuse-ld=bfd --nostart_end_lib --strip=never)

run_fuzz_targets() {
  local seconds=$1 targets bin target
  install_packages build fuzz
  cd "$ROOT" || exit
  mapfile -t targets < <(bazel query --noshow_progress 'attr(tags, "\bfuzz\b", //...)')
  ((${#targets[@]} > 0)) || return 0
  bazel build "${FUZZ_OPTIONS[@]}" "${targets[@]}" || die "the fuzz targets do not compile"
  bin=$(bazel_bin "${FUZZ_OPTIONS[@]}")
  for target in "${targets[@]}"; do
    if fuzz "$bin" "${target#//}" "$seconds"; then
      PASSED=$((PASSED + 1))
    else
      FAILED=$((FAILED + 1))
    fi
  done
}

# Runs one target, PACKAGE:NAME, for some seconds. An input that breaks it is left in .caucus/fuzz.
fuzz() {
  local binary=$1/${2/://} seeds=$ROOT/${2%%:*}/fuzz_corpus/${2##*:} corpus=$FUZZ/${2/://}
  mkdir -p "$corpus"
  say "fuzzing //$2 for $3 s"
  "$binary" -max_total_time="$3" -timeout=10 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$corpus-broken-by-" "$corpus" "$seeds"
}
