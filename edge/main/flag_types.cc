#include "edge/main/flag_types.h"

#include <algorithm>
#include <cmath>

#include "absl/flags/marshalling.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace caucus::edge {
namespace {

constexpr size_t kIdentifierMax = 128;

// Returns false with `what` as the error.
bool Refuse(absl::string_view what, std::string* error) {
  *error = std::string(what);
  return false;
}

std::vector<std::string> Split(absl::string_view text) {
  if (text.empty()) return {};
  return absl::StrSplit(text, ',');
}

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("!#$%&'*+-.^_`|~", absl::string_view(&c, 1));
}

bool IsToken(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

// Browsers write the scheme and host in lower case, and no default port; we do not know them all.
bool IsOrigin(const std::string& text) {
  if (text == "*" || text == "null") return true;
  const size_t colon = text.find("://");
  if (colon == std::string::npos || colon == 0) return false;
  const absl::string_view host = absl::string_view(text).substr(colon + 3);
  const auto in_host = [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           absl::StrContains("-._:[]", absl::string_view(&c, 1));
  };
  const auto in_scheme = [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.';
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), in_host) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), in_scheme);
}

bool ParseDuration(absl::string_view text, absl::Duration* duration, std::string* error) {
  return absl::ParseFlag(text, duration, error);
}

}  // namespace

bool AbslParseFlag(absl::string_view text, Count* count, std::string* error) {
  if (!absl::ParseFlag(text, &count->value, error)) return false;
  return count->value > 0 || Refuse("must be at least 1", error);
}

std::string AbslUnparseFlag(Count count) { return absl::StrCat(count.value); }

bool AbslParseFlag(absl::string_view text, Timeout* timeout, std::string* error) {
  if (!ParseDuration(text, &timeout->value, error)) return false;
  const bool fits = timeout->value >= absl::Milliseconds(1) && timeout->value <= absl::Hours(24);
  return fits || Refuse("must be between 1ms and 24h", error);
}

std::string AbslUnparseFlag(Timeout timeout) { return absl::FormatDuration(timeout.value); }

bool AbslParseFlag(absl::string_view text, MaxAge* age, std::string* error) {
  if (!ParseDuration(text, &age->value, error)) return false;
  const bool fits = age->value == absl::ZeroDuration() ||
                    (age->value >= absl::Seconds(1) && age->value <= absl::Hours(24 * 3653));
  return fits || Refuse("must be 0, or between 1s and ten years", error);
}

std::string AbslUnparseFlag(MaxAge age) { return absl::FormatDuration(age.value); }

bool AbslParseFlag(absl::string_view text, Rate* rate, std::string* error) {
  if (!absl::ParseFlag(text, &rate->value, error)) return false;
  const bool fits = std::isfinite(rate->value) && rate->value >= 0;
  return fits || Refuse("must be a finite number, 0 or more", error);
}

std::string AbslUnparseFlag(Rate rate) { return absl::StrCat(rate.value); }

bool AbslParseFlag(absl::string_view text, PathPrefix* path, std::string* error) {
  path->value = std::string(text);
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '?' && c != '#';
  });
  const bool fits =
      printable && absl::StartsWith(text, "/") && text != "/" && !absl::StrContains(text, "//");
  return fits ||
         Refuse("must begin with a slash, be more than that, and hold no ?, # or //", error);
}

std::string AbslUnparseFlag(const PathPrefix& path) { return path.value; }

bool AbslParseFlag(absl::string_view text, OriginList* origins, std::string* error) {
  origins->value = Split(text);
  const bool fits = std::all_of(origins->value.begin(), origins->value.end(), IsOrigin);
  return fits ||
         Refuse("must be origins as browsers send them, e.g. https://example.org, or null or *",
                error);
}

std::string AbslUnparseFlag(const OriginList& origins) { return absl::StrJoin(origins.value, ","); }

bool AbslParseFlag(absl::string_view text, TokenList* tokens, std::string* error) {
  tokens->value = Split(text);
  const bool fits = std::all_of(tokens->value.begin(), tokens->value.end(), IsToken);
  return fits || Refuse("must be names, with commas between them", error);
}

std::string AbslUnparseFlag(const TokenList& tokens) { return absl::StrJoin(tokens.value, ","); }

bool AbslParseFlag(absl::string_view text, Identifier* id, std::string* error) {
  id->value = std::string(text);
  const bool fits =
      text.size() <= kIdentifierMax && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
               absl::StrContains("._:-", absl::string_view(&c, 1));
      });
  return fits || Refuse("must be at most 128 letters, digits or any of ._:-", error);
}

std::string AbslUnparseFlag(const Identifier& id) { return id.value; }

}  // namespace caucus::edge
