#include "polls-service/ballot_files/rule_names.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::tally {
namespace {

template <typename Value>
using Named = std::pair<Value, std::string_view>;

constexpr Named<Method> kMethods[] = {
    {Method::kWeighted, "weighted"},
    {Method::kInstantRunoff, "irv"},
    {Method::kStvScottish, "stv-scottish"},
    {Method::kStvWigm, "stv-wigm"},
    {Method::kBorda, "borda"},
    {Method::kSchulze, "schulze"},
    {Method::kRankedPairs, "ranked-pairs"},
    {Method::kMinimax, "minimax"},
    {Method::kCopeland, "copeland"},
    {Method::kPlurality, "plurality"},
};

constexpr Named<Quota> kQuotas[] = {{Quota::kDroop, "droop"}, {Quota::kHare, "hare"}};

constexpr Named<OvervoteRule> kOvervoteRules[] = {
    {OvervoteRule::kExhaust, "exhaust"},
    {OvervoteRule::kSkipToNextRank, "skip-to-next-rank"},
    {OvervoteRule::kExhaustIfMultipleContinuing, "exhaust-if-multiple-continuing"},
};

constexpr Named<DuplicateRule> kDuplicateRules[] = {
    {DuplicateRule::kSkip, "skip"},
    {DuplicateRule::kExhaust, "exhaust"},
};

constexpr Named<UnrankedRule> kUnrankedRules[] = {
    {UnrankedRule::kLast, "last"},
    {UnrankedRule::kNotCompared, "not-compared"},
};

template <typename Value, size_t kSize>
std::string_view Find(const Named<Value> (&names)[kSize], Value value) {
  const auto is_it = [value](const Named<Value>& named) { return named.first == value; };
  const auto* const found = std::find_if(std::begin(names), std::end(names), is_it);
  return found == std::end(names) ? "" : found->second;
}

template <typename Value, size_t kSize>
absl::Status Parse(const Named<Value> (&names)[kSize], std::string_view name, Value& value) {
  std::string wanted = absl::AsciiStrToLower(ToAbsl(name));
  std::replace(wanted.begin(), wanted.end(), '_', '-');
  std::string all;
  for (const Named<Value>& named : names) {
    if (named.second == wanted) {
      value = named.first;
      return absl::OkStatus();
    }
    absl::StrAppend(&all, all.empty() ? "" : ", ", ToAbsl(named.second));
  }
  return absl::InvalidArgumentError(absl::StrCat("it must be one of: ", all));
}

}  // namespace

std::string_view NameOf(Method method) { return Find(kMethods, method); }
std::string_view NameOf(Quota quota) { return Find(kQuotas, quota); }
std::string_view NameOf(OvervoteRule rule) { return Find(kOvervoteRules, rule); }
std::string_view NameOf(DuplicateRule rule) { return Find(kDuplicateRules, rule); }
std::string_view NameOf(UnrankedRule rule) { return Find(kUnrankedRules, rule); }

absl::Status ParseName(std::string_view name, Method& value) {
  return Parse(kMethods, name, value);
}
absl::Status ParseName(std::string_view name, Quota& value) { return Parse(kQuotas, name, value); }
absl::Status ParseName(std::string_view name, OvervoteRule& value) {
  return Parse(kOvervoteRules, name, value);
}
absl::Status ParseName(std::string_view name, DuplicateRule& value) {
  return Parse(kDuplicateRules, name, value);
}
absl::Status ParseName(std::string_view name, UnrankedRule& value) {
  return Parse(kUnrankedRules, name, value);
}

}  // namespace caucus::tally
