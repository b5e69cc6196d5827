// Early return on a failed absl::Status, the only error channel between our modules.
//
//     absl::StatusOr<Poll> Load(...) {
//       ASSIGN_OR_RETURN(std::string bytes, Read(path));
//       RETURN_IF_ERROR(Check(bytes));
//       ...
//     }

#ifndef COMMON_STATUS_STATUS_MACROS_H_
#define COMMON_STATUS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the calling function if `expression` is not OK.
#define RETURN_IF_ERROR(expression)                                       \
  do {                                                                    \
    if (absl::Status caucus_status = (expression); !caucus_status.ok()) { \
      return caucus_status;                                               \
    }                                                                     \
  } while (false)

// Assigns the value of a StatusOr to `declaration`, or returns its status.
#define ASSIGN_OR_RETURN(declaration, expression) \
  CAUCUS_ASSIGN_OR_RETURN(CAUCUS_CONCAT(caucus_statusor_, __LINE__), declaration, expression)

#define CAUCUS_CONCAT_INNER(a, b) a##b
#define CAUCUS_CONCAT(a, b) CAUCUS_CONCAT_INNER(a, b)
#define CAUCUS_ASSIGN_OR_RETURN(variable, declaration, expression) \
  auto variable = (expression);                                    \
  if (!variable.ok()) return std::move(variable).status();         \
  declaration = *std::move(variable)

#endif  // COMMON_STATUS_STATUS_MACROS_H_
