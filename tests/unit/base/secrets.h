#pragma once

#include <string>

#include "tests/unit/base/generator.h"

namespace kboot::test {

/// Stands in each generated secret, and nowhere else.
inline constexpr const char* kSecretMark = "s3c";

/// A secret whose beginning and end can be found again.
inline std::string secret(Generator& any, std::string_view alphabet) {
  return kSecretMark + any.text(6, alphabet) + kSecretMark;
}

/// A word, or a few, with a secret in it, as people write them.
inline std::string word_with_secret(Generator& any) {
  constexpr std::string_view kPlain = "abcXYZ019";
  constexpr std::string_view kOdd = "ab:/%$&=,;!~#'\"\\@?";
  const std::string plain = secret(any, kPlain);
  const std::string odd = secret(any, kOdd);
  const std::string blanks = secret(any, "ab \t");
  const std::string before = any.one_of<std::string>({"", "initrd=", "params=", "x=y,", "-o", "http://h/k,"});
  switch (any.below(12)) {
    case 0:
      return before + "http://user:" + odd + "@host/k";
    case 1:
      return before + "https://" + odd + ":" + plain + "@host:8443/k quiet";
    case 2:
      return before + "http://host/k?" + odd;
    case 3:
      return before + "ftp://u:" + plain + "@host/k?token=" + odd + "&x=y";
    case 4:
      return before + "http://u:" + plain + "@h/a,http://u:" + odd + "@h/b";
    case 5:
      return "password=" + odd;
    case 6:
      return any.one_of<std::string>({"ssh.password='", "rd.iscsi.password='", "PASSWORD='"}) + blanks + "'";
    case 7:
      return "params=\"root=/dev/sda1 API_TOKEN=" + blanks + "\"";
    case 8:
      return "-o username=x,password=" + odd;
    case 9:
      return "netroot=iscsi:user:" + odd + "@10.0.0.1::::iqn.2026-01.x:y";
    case 10:
      return "luks.passphrase=\"" + blanks;  // never closed
    default:
      return "\"systemd.set_credential=x:" + blanks + "\"";
  }
}

/// A line with a secret in it, among other words.
inline std::string line_with_secret(Generator& any) {
  constexpr std::string_view kWord = "abcdefgh/:=.,-'";
  return any.text(12, kWord) + " " + word_with_secret(any) + " " + any.text(12, kWord) + any.bytes(6);
}

}  // namespace kboot::test
