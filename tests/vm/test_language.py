"""The language: its table (tests/vm/language), and the sentences about a prompt, which need one."""

from lab import Lab
from language.table import tests


def table(lab: Lab) -> dict:
    return {f"language/{name}": function for name, function in tests(lab).items()}
