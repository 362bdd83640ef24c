"""Strings and arrays on disk."""

from __future__ import annotations

import errno
import resource
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.store import tables
from index.store.tables import SortedTable, StringTable, load_array, save_array, save_strings

STRING = st.text(st.one_of(st.sampled_from("abc研究"), st.characters(exclude_categories=())), max_size=6)


def as_bytes(string: str) -> bytes:
    return string.encode("utf-8", "surrogatepass")


@settings(max_examples=100, deadline=None)
@given(st.lists(STRING, max_size=30))
def test_strings_come_back_as_they_were(strings: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_strings(Path(folder), "words", strings)
        table = StringTable(Path(folder), "words")
        assert list(table) == strings
        assert len(table) == len(strings)
        assert [table[number] for number in range(len(table))] == strings


@settings(max_examples=100, deadline=None)
@given(st.sets(STRING, max_size=30), STRING, STRING.filter(bool))
def test_find_and_starting_with_agree_with_a_sorted_list(strings: set[str], wanted: str, prefix: str) -> None:
    ordered = sorted(strings, key=as_bytes)
    with tempfile.TemporaryDirectory() as folder:
        save_strings(Path(folder), "words", ordered, slots=True)
        table = SortedTable(Path(folder), "words")
        assert [table.find(string) for string in ordered] == list(range(len(ordered)))
        assert table.find(wanted) == (ordered.index(wanted) if wanted in strings else -1)
        low, high = sorted((wanted, prefix), key=as_bytes)
        assert [table[number] for number in table.between(low, high)] == [
            string for string in ordered if as_bytes(low) <= as_bytes(string) < as_bytes(high)
        ]
        for start in {prefix, *(string[:1] for string in ordered if string)}:
            assert [table[number] for number in table.starting_with(start)] == [
                string for string in ordered if string.startswith(start)
            ]


LIKE = st.builds(str.__add__, st.sampled_from(["", "institute", "institut研究所", "\0" * 9, "研究所研究所"]), STRING)


@settings(max_examples=100, deadline=None)
@given(strings=st.sets(LIKE, max_size=30), others=st.lists(LIKE, max_size=10), alike=st.booleans())
def test_a_string_is_found_however_many_have_its_home(strings: set[str], others: list[str], alike: bool) -> None:
    ordered = sorted(strings, key=as_bytes)
    asked = [*ordered, *others, *(one[:-1] for one in ordered), *(one + "\0" for one in ordered)]
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        if alike:  # all have the last one
            patch.setattr(tables, "crc32", lambda _: (1 << 32) - 1)
            patch.setattr(tables, "_checksums", lambda _, ends: np.full(len(ends), (1 << 32) - 1))
        save_strings(Path(name), "words", ordered, slots=True)
        table = SortedTable(Path(name), "words")
        assert [table.find(one) for one in asked] == [ordered.index(one) if one in strings else -1 for one in asked]


@given(strings=st.lists(LIKE, max_size=30))
def test_checksums_of_many_strings_are_those_of_each(strings: list[str]) -> None:
    raw = list(map(as_bytes, strings))
    ends = np.cumsum([len(one) for one in raw], dtype=np.int64)
    assert tables._checksums(memoryview(b"".join(raw)), ends).tolist() == list(map(zlib.crc32, raw))


def test_damaged_slots_find_another_string_or_nothing_and_end(tmp_path: Path) -> None:
    words = [f"{number:04}" for number in range(1000)]
    save_strings(tmp_path, "words", words, slots=True)
    slots = load_array(tmp_path, "words.slots").copy()
    for damage in (np.full_like(slots, 7), np.full_like(slots, 1 << 30), np.full_like(slots, -5), np.zeros_like(slots)):
        save_array(tmp_path, "words.slots", damage)
        table = SortedTable(tmp_path, "words")
        assert {table.find(word) for word in words} <= {-1, 6}


@pytest.mark.parametrize("array", [np.zeros(0, np.int32), np.zeros((0, 7), np.int32), np.arange(6).reshape(2, 3)])
def test_arrays_come_back_as_they_were(tmp_path: Path, array: np.ndarray) -> None:
    save_array(tmp_path, "numbers", array)
    loaded = load_array(tmp_path, "numbers")
    np.testing.assert_array_equal(loaded, array)
    assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)


@pytest.mark.parametrize("name", ["words.utf8", "words.ends.npy", "words.slots.npy"])
@pytest.mark.parametrize("size", [0, 1, -1])
def test_a_cut_off_table_does_not_open(tmp_path: Path, name: str, size: int) -> None:
    """A full disk or a power cut leaves short files; they must not pass for fewer or shorter strings."""
    save_strings(tmp_path, "words", ["lake", "lakes", "river"], slots=True)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError, match="words"):
        SortedTable(tmp_path, "words")


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SortedTable(tmp_path, "words")


@pytest.mark.filterwarnings("ignore:Data type alias")
@pytest.mark.parametrize("array", [np.arange(9, dtype=np.int64), np.zeros((0, 0), np.uint8)], ids=["filled", "empty"])
def test_any_flipped_bit_of_a_header_is_borne_or_told_as_damage(tmp_path: Path, array: tables.Array) -> None:
    """numpy reads a header as Python, and raises what Python's own reader raises."""
    path = save_array(tmp_path, "numbers", array)
    whole = path.read_bytes()
    for place in range(128 * 8):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        with suppress(ValueError):
            load_array(tmp_path, "numbers")


def test_an_array_that_is_written_in_part_is_named_like_any_file_on_a_full_disk(tmp_path: Path) -> None:
    """numpy's own error says "90000 requested and 512 written"."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="only a part of it could be written") as caught:
            save_array(tmp_path, "numbers", np.arange(90_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "numbers.npy"))
