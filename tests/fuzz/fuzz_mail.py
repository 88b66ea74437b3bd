"""
The fuzz target: any bytes, parsed and classified, must keep every invariant. Run it with `tools/fuzz`.

Needs atheris (dependency group `fuzz`); pytest only runs the same check over the seed corpus.
"""

import sys

import atheris

with atheris.instrument_imports(include=["responder.core"]):
    from fuzz.invariants import catalogue, check


def main() -> None:
    """Hand over to libFuzzer."""
    catalogue()  # read before the first execution: it is not what is tested
    atheris.Setup(sys.argv, check_mail)
    atheris.Fuzz()


def check_mail(raw: bytes) -> None:
    """Run one execution."""
    check(raw)


if __name__ == "__main__":
    main()
