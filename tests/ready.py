"""What takes seconds to make, made once for all tests: the dictionary, analysed."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from index.analyzer import Analyzer
from index.dictionary import Dictionary


@functools.cache
def dictionary_home() -> Path:
    """A folder that holds `dictionary-<fingerprint>`."""
    home = own_folder()
    Dictionary.open(home, Analyzer())
    return home


def lend_dictionary(index: Path) -> None:
    """Have an index folder with the dictionary in it, whether there was one or not."""
    index.mkdir(parents=True, exist_ok=True)
    for compiled in dictionary_home().glob("dictionary-*"):
        if not (index / compiled.name).exists():
            (index / compiled.name).symlink_to(compiled)


def own_folder() -> Path:
    """A new folder that lasts as long as the tests do."""
    folder = Path(tempfile.mkdtemp(prefix="citedesk-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
