#include "auth-service/keys/jwks_document.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "auth-service/encoding/base64url.h"
#include "auth-service/keys/signing_key.h"
#include "auth-service/keys/verification_key.h"

namespace caucus::auth {
namespace {

namespace json = boost::json;

json::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string JwksDocument(const KeyRing& ring) {
  json::array keys;
  for (auto key = ring.keys().rbegin(); key != ring.keys().rend(); ++key) {
    const VerificationKey& public_key = key->verification_key();
    keys.push_back({{"kty", "OKP"},
                    {"crv", "Ed25519"},
                    {"use", "sig"},
                    {"alg", View(public_key.algorithm())},
                    {"kid", public_key.id()},
                    {"x", EncodeBase64Url(public_key.bytes())}});
  }
  return json::serialize(json::object{{"keys", std::move(keys)}});
}

}  // namespace caucus::auth
