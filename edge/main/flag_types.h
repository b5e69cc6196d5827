// Types of flags whose values have bounds: a bad value is refused where it stands, on the command
// line or in the environment, and the message names the flag.
//
// Each has AbslParseFlag and AbslUnparseFlag, which abseil finds.

#ifndef EDGE_MAIN_FLAG_TYPES_H_
#define EDGE_MAIN_FLAG_TYPES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace caucus::edge {

// 1 or more.
struct Count {
  uint32_t value;
};
bool AbslParseFlag(absl::string_view text, Count* count, std::string* error);
std::string AbslUnparseFlag(Count count);

// A millisecond to a day.
struct Timeout {
  absl::Duration value;
};
bool AbslParseFlag(absl::string_view text, Timeout* timeout, std::string* error);
std::string AbslUnparseFlag(Timeout timeout);

// A second to ten years; 0: none.
struct MaxAge {
  absl::Duration value;
};
bool AbslParseFlag(absl::string_view text, MaxAge* age, std::string* error);
std::string AbslUnparseFlag(MaxAge age);

// A finite number, 0 or more.
struct Rate {
  double value;
};
bool AbslParseFlag(absl::string_view text, Rate* rate, std::string* error);
std::string AbslUnparseFlag(Rate rate);

// What requests' paths begin with: printable ASCII behind a slash, without `?`, `#` and `//`.
struct PathPrefix {
  std::string value;
};
bool AbslParseFlag(absl::string_view text, PathPrefix* path, std::string* error);
std::string AbslUnparseFlag(const PathPrefix& path);

// `scheme://host[:port]`, `null`, or `*`, as browsers write them in Origin (RFC 6454 §6.1).
struct OriginList {
  std::vector<std::string> value;
};
bool AbslParseFlag(absl::string_view text, OriginList* origins, std::string* error);
std::string AbslUnparseFlag(const OriginList& origins);

// Names of methods or headers (RFC 9110 §5.6.2).
struct TokenList {
  std::vector<std::string> value;
};
bool AbslParseFlag(absl::string_view text, TokenList* tokens, std::string* error);
std::string AbslUnparseFlag(const TokenList& tokens);

// At most 128 letters, digits and `._:-`; may be empty.
struct Identifier {
  std::string value;
};
bool AbslParseFlag(absl::string_view text, Identifier* id, std::string* error);
std::string AbslUnparseFlag(const Identifier& id);

}  // namespace caucus::edge

#endif  // EDGE_MAIN_FLAG_TYPES_H_
