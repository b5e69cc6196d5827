// Golden files: expected output that is reviewed as a diff.

#ifndef COMMON_TESTING_GOLDEN_H_
#define COMMON_TESTING_GOLDEN_H_

#include <string_view>

namespace caucus {

// Expects that `actual` is the content of a file, given by its path in the repository; the test's
// `data` must name it. `bazel run <test> -- --update_golden` writes the file instead.
void ExpectGolden(std::string_view path, std::string_view actual);

}  // namespace caucus

#endif  // COMMON_TESTING_GOLDEN_H_
