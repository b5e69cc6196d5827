// Walks over the values of a JSON text without building any, and knows where each stands.
//
//     cursor.Enter();                                   // [ or {
//     while (cursor.HasNext()) {                        // reads over commas, and ] or } at the end
//       const JsonCursor::Key key = cursor.ReadKey();   // of an object
//       cursor.Skip();                                  // or Enter, ReadString, ReadScalar
//     }
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_JSON_CURSOR_H_
#define POLLS_SERVICE_BALLOT_FILES_JSON_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caucus::tally {

class JsonCursor {
 public:
  enum class Kind : uint8_t { kObject, kArray, kString, kScalar };

  struct Key {
    std::string name;
    size_t offset = 0;
  };

  // REQUIRES: `text` is JSON (CheckJson) and outlives the cursor; a value begins at `offset`, white
  // space before it allowed.
  explicit JsonCursor(std::string_view text, size_t offset = 0) : text_(text), at_(offset) {}

  // Where the next value begins.
  size_t Offset();

  Kind Peek();

  // REQUIRES, of each: the next value is of that kind.
  void Enter();
  std::string ReadString();
  std::string_view ReadScalar();  // As it is written: a number, true, false or null.

  // Whether the object or array that was entered has another member; if not, it is left.
  bool HasNext();

  // REQUIRES: a member of an object is next.
  Key ReadKey();

  // Reads over the next value.
  void Skip();

 private:
  std::string_view text_;
  size_t at_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_JSON_CURSOR_H_
