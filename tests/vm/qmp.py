"""QEMU's control protocol over a socket the harness already holds."""

import json
import socket

_KEYS = {" ": "spc", "\n": "ret", "-": "minus", "=": "equal", "/": "slash", ".": "dot", ",": "comma", ";": "semicolon"}
_SHIFTED = {":": "semicolon", "_": "minus", "+": "equal", "?": "slash"}


def key_names(character: str) -> list:
    """QEMU's names of the keys that type a character on a US keyboard."""
    if character in _SHIFTED:
        return ["shift", _SHIFTED[character]]
    if character in _KEYS:
        return [_KEYS[character]]
    if character.isupper():
        return ["shift", character.lower()]
    if character.islower() or character.isdigit():
        return [character]
    raise ValueError(f"no key is known for {character!r}")


class Qmp:
    def __init__(self, line: socket.socket):
        line.settimeout(30)
        self._line = line
        self._stream = line.makefile("rw", encoding="utf-8", newline="\n")
        self._stream.readline()  # the greeting
        self.execute("qmp_capabilities")

    def execute(self, command: str, **arguments):
        self._stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._stream.flush()
        while True:
            line = self._stream.readline()
            if not line:
                raise ConnectionError(f"QEMU went away during {command}")
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
            # anything else is an event

    def close(self):
        self._stream.close()
        self._line.close()
