#!/usr/bin/env bash
# Runs clang-tidy on one source: clang_tidy.sh BAZEL_BIN SOURCE. Generated headers lie below BAZEL_BIN
# as the sources do, those of proto/ also without that folder.
set -euo pipefail

exec clang-tidy --quiet "$2" -- -std=c++20 -I. -isystem "$1" -isystem "$1/proto" \
  -DSPDLOG_COMPILED_LIB -DSPDLOG_FMT_EXTERNAL -DSPDLOG_SHARED_LIB 2> >(grep -v 'warnings\? generated\.$' >&2)
