// Collects what is wrong with a request, field by field.
//
// A FieldPath is a chain on the stack of whoever walks the request; it becomes text only when there
// is something to report, so that a valid request costs nothing here.

#ifndef COMMON_VALIDATION_VIOLATION_LIST_H_
#define COMMON_VALIDATION_VIOLATION_LIST_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/error_details.h"

namespace caucus {

// Where a field lies in a request, in JSON names: `choices[2].text`. Thread-compatible. The parent
// and the name must outlive it.
struct FieldPath {
  const FieldPath* parent = nullptr;
  std::string_view name;
  // The item of a repeated field, or none for the field as a whole.
  std::optional<size_t> index;

  std::string ToString() const;
};

// The violations of one request, in the order in which they are found. Thread-compatible. Keeps the
// first kViolationsMax: a long array of wrong values must not become a far longer answer.
class ViolationList {
 public:
  static constexpr size_t kViolationsMax = 100;

  // Adds "<path> <text>".
  void Add(const FieldPath& path, std::string_view text);

  // Adds "each value in <field> <text>" for the item `path`, unless an item before has said the
  // same. REQUIRES: `path` has an index.
  void AddForItem(const FieldPath& path, std::string_view text);

  bool empty() const { return violations_.empty(); }
  const std::vector<FieldViolation>& violations() const { return violations_; }

 private:
  std::vector<FieldViolation> violations_;
};

}  // namespace caucus

#endif  // COMMON_VALIDATION_VIOLATION_LIST_H_
