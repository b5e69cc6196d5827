// What text from people needs: validity, length, trimming, refusal of control characters, and a
// form in which two spellings of the same text are equal.
//
// Lengths count code points, as a person's eye comes closer to them than to bytes or UTF-16 units.
//
// Thread-safe: free functions without state.

#ifndef COMMON_TEXT_UNICODE_H_
#define COMMON_TEXT_UNICODE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace caucus {

// Whether `text` is well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

// Returns the number of code points. Of text that is not UTF-8: the bytes that are no continuation.
size_t CountCodePoints(std::string_view text);

// Returns `text` without the characters of the Unicode property White_Space, U+200B and U+FEFF at
// both its ends. The result is a part of `text`.
std::string_view TrimWhitespace(std::string_view text);

// Whether nothing of `text` can be seen: it is empty but for white space and for characters that
// are ignored by default (Unicode's Default_Ignorable_Code_Point). False if it is not UTF-8.
bool IsBlank(std::string_view text);

// Whether `text` has a character that can garble what is shown around it: the C0 and C1 controls
// (tabs and newlines too), DEL, the line and paragraph separators U+2028 and U+2029, the
// bidirectional overrides U+202A-202E and isolates U+2066-2069. True if `text` is not UTF-8.
bool HasControlCharacters(std::string_view text);

// Returns the form in which texts are compared: case-folded, in NFKC, without default ignorable
// characters, each run of white space one space, trimmed. Two texts that a reader takes for the
// same have the same form. Text that is not UTF-8 is returned as it is.
std::string FoldForComparison(std::string_view text);

}  // namespace caucus

#endif  // COMMON_TEXT_UNICODE_H_
