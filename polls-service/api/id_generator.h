// Unguessable ids.

#ifndef POLLS_SERVICE_API_ID_GENERATOR_H_
#define POLLS_SERVICE_API_ID_GENERATOR_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace caucus::polls {

// How often a caller draws until an id is free, before it gives up.
inline constexpr int kIdAttemptsMax = 5;

// Draws ids. Poll codes are short enough to collide: who uses one creates only if absent.
//
// Thread-safe if its source is.
class IdGenerator {
 public:
  // Fills the span with random bytes.
  using RandomSource = std::function<void(absl::Span<uint8_t>)>;

  // Draws from OpenSSL's generator, and ends the process if that fails.
  IdGenerator();
  explicit IdGenerator(RandomSource source);

  // Six characters of `0-9A-Z`.
  std::string DrawPollId() const;

  // 21 characters of `A-Za-z0-9_-`: 126 bits.
  std::string DrawUserId() const;

  // 32 random bytes in hexadecimal.
  std::string DrawTieBreakSeed() const;

  // Eight characters of `A-Za-z0-9_-`.
  std::string DrawNominationId() const;

 private:
  std::string Draw(std::string_view alphabet, size_t length) const;

  const RandomSource source_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_ID_GENERATOR_H_
