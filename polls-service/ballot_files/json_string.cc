#include "polls-service/ballot_files/json_string.h"

#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <variant>

#include "common/json/bounded_parser.h"

namespace caucus::tally {

std::optional<JsonString> ReadJsonString(std::string_view text) {
  if (!text.starts_with('"')) return std::nullopt;
  size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size()) return std::nullopt;
  const std::string_view quoted = text.substr(0, end + 1);
  const auto parsed = ParseBounded(quoted, {});
  const auto* const value = std::get_if<boost::json::value>(&parsed);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const boost::json::string& read = value->get_string();
  return JsonString{.value = std::string(read.data(), read.size()), .bytes = quoted.size()};
}

}  // namespace caucus::tally
