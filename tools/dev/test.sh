# shellcheck shell=bash
# ./dev test: Bazel's tests, the layer rules, and the suites in JavaScript. Sourced by ./dev.

readonly JS_SUITES=(integration history conformance soak bench) # folders of tests/, and tools/bench
readonly TEST_RESULTS=$STATE/test
readonly JS_SUITE_SECONDS_MAX=1800 # a suite that hangs fails
# For servers that a suite starts. Freed memory is given back at once, because some tests measure it.
readonly ASAN_SERVER_OPTIONS=detect_stack_use_after_return=1:quarantine_size_mb=1:thread_local_quarantine_size_kb=64
readonly TSAN_SERVER_OPTIONS="ignore_noninstrumented_modules=1 suppressions=$ROOT/bazel/tsan.supp"

PASSED=0
FAILED=0
SKIPPED=0

cmd_test() {
  local config=() pattern=''
  while (($# > 0)); do
    case $1 in
      --asan | --tsan) config=("--config=${1#--}") ;;
      --fuzz)
        require_number "$1" "${2:-30}"
        run_fuzz_targets "${2:-30}"
        summarise
        return
        ;;
      -*) die "test: unknown option $1; see ./dev help" ;;
      *) pattern=$1 ;;
    esac
    shift
  done
  install_packages build run test
  mkdir -p "$TEST_RESULTS"
  case $pattern in
    '') run_everything "${config[@]}" ;;
    layers) run_layers ;;
    integration | history | conformance | soak)
      build_everything "${config[@]}"
      run_js_suite "$pattern" "${config[@]}"
      ;;
    bench) run_js_suite bench ;;
    *) run_bazel_tests "$pattern" "${config[@]}" ;;
  esac
  summarise
}

# Sanitizers slow the processes down too much for the suites with deadlines or many connections.
run_everything() {
  run_bazel_tests //... "$@"
  if (($# > 0)); then
    build_everything "$@"
    CAUCUS_SHARDS=2 run_js_suite conformance "$@"
    return
  fi
  run_layers
  local suite
  for suite in "${JS_SUITES[@]}"; do
    run_js_suite "$suite"
  done
}

summarise() {
  local skipped=''
  ((SKIPPED == 0)) || skipped=", $SKIPPED skipped"
  printf '\n%d passed, %d failed%s\n' "$PASSED" "$FAILED" "$skipped"
  ((PASSED + FAILED > 0)) || die "no test ran"
  ((FAILED == 0))
}

build_everything() {
  (cd "$ROOT" && bazel build "$@" //auth-service/main/... //polls-service/main/... //edge/main/... \
    //polls-service/caucus_tally:caucus-tally //proto:polls_descriptor //tests/conformance/...) || die "the build failed"
}

# Counts test targets. One that could not be built counts as failed; one from the cache as passed. Cases that were
# skipped, because real elections are not beside the checkout, are counted one by one.
run_bazel_tests() {
  local events=$TEST_RESULTS/bazel.json code=0 tests passed failed shared=()
  rm -f "$events"
  [[ ! -d $ROOT/../shared/elections ]] || shared=("--test_env=CAUCUS_SHARED=$(realpath "$ROOT/../shared")")
  (cd "$ROOT" && bazel test --keep_going --build_event_json_file="$events" "${shared[@]}" "${@:2}" -- "$1") || code=$?
  tests=$(grep -c '"targetConfigured".*"testSize"' "$events" || true)
  passed=$(grep -c '"testSummary".*"overallStatus":"PASSED"' "$events" || true)
  failed=$((tests - passed))
  # 4 is Bazel's word for "built, but there is no test in it"; any other failure must not be lost.
  ((code == 0 || code == 4 || failed > 0)) || failed=1
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + $(skipped_cases "$events")))
}

# Prints how many cases of GoogleTest say in their logs that they were skipped.
skipped_cases() {
  grep -o 'file://[^"]*/test\.log' "$1" | sort -u | sed 's,^file://,,' |
    xargs -r sed -n 's/^\[  SKIPPED \] \([0-9]*\) tests\{0,1\}, listed below:$/\1/p' |
    awk '{ sum += $1 } END { print sum + 0 }'
}

run_layers() {
  say "tests/layers"
  if "$ROOT/tests/layers/layers_test.sh"; then
    PASSED=$((PASSED + 1))
  else
    FAILED=$((FAILED + 1))
  fi
}

# Runs tests/NAME, or tools/bench, with node's test runner. It finds our binaries below CAUCUS_BIN, laid out as Bazel
# does.
run_js_suite() {
  local name=$1 tap=$TEST_RESULTS/$1.tap code=0 passed failed bin
  local folder=$ROOT/tests/$name
  [[ $name != bench ]] || folder=$ROOT/tools/bench
  shift
  install_client_bundle
  install_npm "$folder"
  [[ $name != history ]] || install_npm "$ROOT/tests/integration" # whose support it uses
  bin=$(bazel_bin "$@")
  say "${folder#"$ROOT/"}"
  rm -f "$tap"
  (cd "$folder" && CAUCUS_BIN=$bin ASAN_OPTIONS=$ASAN_SERVER_OPTIONS TSAN_OPTIONS=$TSAN_SERVER_OPTIONS timeout --foreground "$JS_SUITE_SECONDS_MAX" node --test \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$tap" </dev/null) || code=$?
  passed=$(tap_count pass "$tap")
  failed=$(($(tap_count fail "$tap") + $(tap_count cancelled "$tap")))
  ((code == 0 || failed > 0)) || failed=1
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + $(tap_count skipped "$tap") + $(tap_count todo "$tap")))
}

# Prints N of the closing line "# WORD N", or 0.
tap_count() {
  local count
  count=$(sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$2" 2>/dev/null | tail -n 1)
  echo "${count:-0}"
}
