#include "common/validation/violation_list.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus {

std::string FieldPath::ToString() const {
  std::string text = parent == nullptr ? "" : absl::StrCat(parent->ToString(), ".");
  absl::StrAppend(&text, ToAbsl(name));
  if (index) absl::StrAppend(&text, "[", *index, "]");
  return text;
}

void ViolationList::Add(const FieldPath& path, std::string_view text) {
  if (violations_.size() == kViolationsMax) return;
  std::string field = path.ToString();
  std::string description = absl::StrCat(field, " ", ToAbsl(text));
  violations_.push_back({std::move(field), std::move(description)});
}

void ViolationList::AddForItem(const FieldPath& path, std::string_view text) {
  if (violations_.size() == kViolationsMax) return;
  const FieldPath whole = {.parent = path.parent, .name = path.name};
  std::string description = absl::StrCat("each value in ", whole.ToString(), " ", ToAbsl(text));
  const auto same = [&](const FieldViolation& v) { return v.description == description; };
  if (std::any_of(violations_.begin(), violations_.end(), same)) return;
  violations_.push_back({path.ToString(), std::move(description)});
}

}  // namespace caucus
