#include "common/redis/script.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"

namespace caucus {
namespace {

std::string Sha1(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return absl::BytesToHexString(
      ToAbsl(std::string_view(reinterpret_cast<const char*>(digest), size)));
}

}  // namespace

Script::Script(std::string_view source) : source_(source), sha1_(Sha1(source)) {}

}  // namespace caucus
