#!/bin/sh
# Runs a test with the suppressions of bazel/tsan.supp, wherever the test's runfiles lie.
TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1 second_deadlock_stack=1 suppressions=$(dirname "$0")/tsan.supp"
export TSAN_OPTIONS
exec "$@"
