# shellcheck shell=bash
# ./dev tally: counts the ballots in a file. Sourced by ./dev.

# Files are named from where the person stands. Bazel shows its progress to a person only.
cmd_tally() {
  local quiet=("--ui_event_filters=error,stderr" --show_result=0)
  [[ -t 2 ]] || quiet+=(--noshow_progress)
  install_packages build
  (cd "$ROOT" && bazel build --config=opt "${quiet[@]}" //polls-service/caucus_tally:caucus-tally >&2) ||
    die "the build failed"
  "$(bazel_bin --config=opt)/polls-service/caucus_tally/caucus-tally" "$@"
}
