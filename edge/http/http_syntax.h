// The characters of HTTP (RFC 9110 §5.5, §5.6.2).
//
// Thread-safe: free functions without state.

#ifndef EDGE_HTTP_HTTP_SYNTAX_H_
#define EDGE_HTTP_HTTP_SYNTAX_H_

#include <algorithm>
#include <array>
#include <string_view>

namespace caucus::edge::http {

// Which bytes a token may hold: a table, since every byte of every header's name is looked up.
inline constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table = {};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

constexpr bool IsTokenCharacter(char c) { return kTokenCharacters[static_cast<unsigned char>(c)]; }

// What a method or a header's name is.
inline bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

// Whether a header may have this value: it cannot end the header and begin another.
inline bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= ' ' && byte != 0x7F) || c == '\t';
  });
}

// Returns `text` without spaces and tabs around it.
inline std::string_view TrimBlanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Takes the next element off a comma-separated list; it may be empty.
inline std::string_view TakeListElement(std::string_view& list) {
  const size_t comma = list.find(',');
  const std::string_view element = TrimBlanks(list.substr(0, comma));
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return element;
}

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_HTTP_SYNTAX_H_
