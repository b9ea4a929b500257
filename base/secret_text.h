#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kboot {

/// Wipes memory before it gives it back to `Base`.
template <typename Value, typename Base = std::allocator<Value>>
struct WipingAllocator : Base {
  using value_type = Value;
  void deallocate(Value* memory, std::size_t count) {
    ::explicit_bzero(memory, count * sizeof(Value));
    Base::deallocate(memory, count);
  }
};

/// A passphrase, a password, a key. Its bytes are wiped wherever they were once it goes, moves or grows. They
/// are never within the object itself, as those of a short std::string are. It cannot be printed, and it is
/// copied by clone() alone.
template <typename Base = std::allocator<char>>
class BasicSecretText {
 public:
  BasicSecretText() = default;
  /// Takes the text over; what it was in is wiped, and empty.
  explicit BasicSecretText(std::string&& text) : bytes_(text.begin(), text.end()) {
    ::explicit_bzero(text.data(), text.capacity());
    text.clear();
  }
  BasicSecretText(BasicSecretText&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  BasicSecretText& operator=(BasicSecretText&& other) noexcept {
    bytes_ = std::exchange(other.bytes_, {});
    return *this;
  }
  BasicSecretText(const BasicSecretText&) = delete;
  BasicSecretText& operator=(const BasicSecretText&) = delete;
  ~BasicSecretText() = default;

  /// The bytes, for the one who uses them; valid until this changes or goes.
  std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }
  BasicSecretText clone() const {
    BasicSecretText copy;
    copy.bytes_ = bytes_;
    return copy;
  }
  void append(std::string_view more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<char, WipingAllocator<char, Base>> bytes_;
};

using SecretText = BasicSecretText<>;

/// All of `fd` from its beginning, as read_file() has it: throws Error when it is longer than `limit` bytes
/// or cannot be read, Cancelled.
SecretText read_secret(int fd, std::size_t limit);

}  // namespace kboot
