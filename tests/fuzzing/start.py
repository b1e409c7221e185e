"""Run one target under the fuzzer: python start.py TARGET FOLDER [libFuzzer's options and files]."""

import sys
import warnings
from importlib import import_module
from pathlib import Path

import atheris


def main() -> None:
    """Write the target's seeds and words, then start the fuzzer."""
    target, folder = sys.argv[1], Path(sys.argv[2])
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=["wres"]):
        module = import_module(f"tests.fuzzing.fuzz_{target}")
        seeds = module.make_seeds()
        for content in seeds.values():  # what is imported only when it is needed is instrumented here too
            module.check_input(content)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    (folder / "failures").mkdir(exist_ok=True)
    for name, content in seeds.items():
        (corpus / f"seed-{name}").write_bytes(content)
    options = [sys.argv[0], *sys.argv[3:], f"-artifact_prefix={folder}/failures/"]
    if words := getattr(module, "WORDS", None):
        lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in words if 0 < len(word) < 60)
        (folder / "words").write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
        options.append(f"-dict={folder}/words")
    mutate = getattr(module, "mutate", None)
    atheris.Setup([*options, str(corpus)], module.check_input, **({"custom_mutator": mutate} if mutate else {}))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
