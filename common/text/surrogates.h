// Escapes in JSON that are no character.
//
// Thread-safe: free functions without state.

#ifndef COMMON_TEXT_SURROGATES_H_
#define COMMON_TEXT_SURROGATES_H_

#include <optional>
#include <string>
#include <string_view>

namespace caucus {

// Returns `json` with `\ufffd` in place of each escape that is half of a surrogate pair without its
// other half, such as `\ud83d`, or nothing if there is none. JavaScript's strings may hold such
// halves, UTF-8 cannot. Every byte stays where it was. What is no JSON stays none.
std::optional<std::string> ReplaceLoneSurrogates(std::string_view json);

}  // namespace caucus

#endif  // COMMON_TEXT_SURROGATES_H_
