#include "edge/gateway/query_parameters.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/text/unicode.h"

namespace caucus::edge::gateway {
namespace {

constexpr std::array<std::string_view, 5> kEngineParameters = {"EIO", "transport", "sid", "t",
                                                               "b64"};

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a' + 10;
}

std::string Decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');
    } else if (text[i] == '%' && i + 2 < text.size() &&
               absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
               absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      decoded.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

}  // namespace

absl::flat_hash_map<std::string, std::string> ParseQueryParameters(std::string_view query) {
  absl::flat_hash_map<std::string, std::string> parameters;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const size_t equals = pair.find('=');
    std::string name = Decode(pair.substr(0, equals));
    const bool is_engine = std::find(kEngineParameters.begin(), kEngineParameters.end(), name) !=
                           kEngineParameters.end();
    if (name.empty() || is_engine || !IsValidUtf8(name)) continue;
    std::string value =
        equals == std::string_view::npos ? std::string() : Decode(pair.substr(equals + 1));
    if (IsValidUtf8(value)) parameters.try_emplace(std::move(name), std::move(value));
  }
  return parameters;
}

}  // namespace caucus::edge::gateway
