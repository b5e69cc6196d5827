#include "polls-service/api/id_generator.h"

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace caucus::polls {
namespace {

constexpr std::string_view kCapitals = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kHexadecimal = "0123456789abcdef";
constexpr std::string_view kUrlSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

void FillFromOpenSsl(absl::Span<uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1) return;
  std::fputs("the random generator fails\n", stderr);
  std::abort();
}

}  // namespace

IdGenerator::IdGenerator() : IdGenerator(FillFromOpenSsl) {}

IdGenerator::IdGenerator(RandomSource source) : source_(std::move(source)) {}

std::string IdGenerator::DrawPollId() const { return Draw(kCapitals, 6); }

std::string IdGenerator::DrawUserId() const { return Draw(kUrlSafe, 21); }

std::string IdGenerator::DrawTieBreakSeed() const { return Draw(kHexadecimal, 64); }

std::string IdGenerator::DrawNominationId() const { return Draw(kUrlSafe, 8); }

std::string IdGenerator::Draw(std::string_view alphabet, size_t length) const {
  // Bytes from the incomplete last round are thrown away: they would favour the first characters.
  const size_t bytes_used = 256 / alphabet.size() * alphabet.size();
  std::array<uint8_t, 32> bytes;
  std::string id;
  while (id.size() < length) {
    source_(absl::MakeSpan(bytes));
    for (const uint8_t byte : bytes) {
      if (byte < bytes_used && id.size() < length) id += alphabet[byte % alphabet.size()];
    }
  }
  return id;
}

}  // namespace caucus::polls
