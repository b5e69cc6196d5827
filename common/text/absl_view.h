// Debian's abseil is built with its own string_view, distinct from std::string_view. Our interfaces
// use std's; these convert where abseil is called (StrCat, look-ups in containers keyed by
// std::string, Status messages).
//
// Thread-safe: free functions without state.

#ifndef COMMON_TEXT_ABSL_VIEW_H_
#define COMMON_TEXT_ABSL_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace caucus {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view FromAbsl(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace caucus

#endif  // COMMON_TEXT_ABSL_VIEW_H_
