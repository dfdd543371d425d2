"""Which files did somebody put into a house's folder, are they whole, and where do they go when they are dealt with?

Below the folder of dropped files each house has one named by its id. A file is whole when it did not change between
two looks. It is read without following links, and moved to ``done`` or ``rejected`` with a report beside it only after
it was dealt with: after a kill in between it is simply found again, and its bytes are known then.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

DONE, REJECTED = "done", "rejected"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial", ".swp", "~")
"""How the name of a file ends that somebody is still writing."""
FILES_AT_ONCE = 20
NAME_MAX_BYTES = 150
"""Of the name that a file keeps; a moment and an ending are added, and file systems allow 255 bytes."""
FOLDER_MODE = 0o770
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK

State = tuple[int, int, int]
"""What tells whether a file is still the same: inode, size and time of its last change."""


@dataclass(frozen=True)
class DroppedFile:
    """A file that is whole.

    Parameters
    ----------
    house : str
        The folder's name, which is the house's id.
    name : str
    raw : bytes
        Empty where ``refusal`` says why it was not read.
    refusal : str
        Why the file cannot be taken at all, as a sentence; empty where it can.

    """

    house: str
    name: str
    raw: bytes = field(repr=False)
    refusal: str
    state: State = field(repr=False)

    @property
    def title(self) -> str:
        """The name as it can be shown and stored: one that is not in UTF-8 has other letters."""
        return _plain(self.name)


class DropFolder:
    """The folder of dropped files.

    Parameters
    ----------
    root : Path
    max_bytes : int
        Larger files are not read.

    """

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._seen: dict[tuple[str, str], State] = {}

    def prepare(self, house: str) -> Path:
        """Make the folder of a house if it is not there, and return it."""
        folder = self._root / house
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        return folder

    def ready(self, house: str) -> list[DroppedFile]:
        """Return the files of a house that did not change since the last look, in alphabetical order.

        Hidden files, folders and names of unfinished files are left alone; links and whatever is no plain file come
        with a refusal, as do files that are too large.
        """
        found: list[DroppedFile] = []
        with self._house(house) as folder:
            states = {name: _state(folder, name) for name in sorted(os.listdir(folder)) if _is_candidate(name)}
            for name, now in states.items():
                if now is None or len(found) >= FILES_AT_ONCE:
                    continue
                is_quiet = self._seen.get((house, name)) == now
                self._seen[house, name] = now
                dropped = self._read(folder, house, name, now) if is_quiet else None
                if dropped is not None:
                    found.append(dropped)
        for key in [key for key in self._seen if key[0] == house and key[1] not in states]:
            del self._seen[key]
        return found

    def finish(self, dropped: DroppedFile, place: str, report: str, now_utc: datetime) -> str | None:
        """Move a file to ``done`` or ``rejected`` with a report beside it.

        Returns
        -------
        str or None
            Its new name; None where the file was replaced since it was read, and stays to be read anew.

        """
        with self._house(dropped.house) as folder:
            if _state(folder, dropped.name) != dropped.state:
                return None
            with _opened(place, folder) as target:
                new = _free_name(target, f"{now_utc:%Y%m%dT%H%M%SZ}-{_plain(dropped.name)}")
                _write(target, f"{new}.report.txt", report)
                os.rename(dropped.name, new, src_dir_fd=folder, dst_dir_fd=target)
                if _state(target, new) != dropped.state:
                    os.rename(new, dropped.name, src_dir_fd=target, dst_dir_fd=folder)
                    os.unlink(f"{new}.report.txt", dir_fd=target)
                    return None
                os.fsync(target)
        self._seen.pop((dropped.house, dropped.name), None)
        return new

    @contextmanager
    def _house(self, house: str) -> Iterator[int]:
        """Open the folder of a house, which must be a folder itself and no link to one."""
        if not house or house in (".", "..") or "/" in house:
            raise ValueError(f"{house!r} is no name of a folder.")
        self.prepare(house)
        root = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            inner = os.open(house, _FOLDER, dir_fd=root)
        finally:
            os.close(root)
        try:
            yield inner
        finally:
            os.close(inner)

    def _read(self, folder: int, house: str, name: str, now: State) -> DroppedFile | None:
        """Read one file; None where it is gone or changes meanwhile."""
        refusal = self._refusal(folder, name)
        if refusal:
            return DroppedFile(house, name, b"", refusal, now)
        try:
            opened = os.open(name, _FILE, dir_fd=folder)
        except OSError:
            return None
        with os.fdopen(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                return None
            raw = file.read(self._max_bytes + 1)
            is_same = _of(os.fstat(opened)) == now and len(raw) == now[1]
        return DroppedFile(house, name, raw, "", now) if is_same else None

    def _refusal(self, folder: int, name: str) -> str:
        """Return why a file is not read; empty where it is."""
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISLNK(facts.st_mode) or facts.st_nlink > 1:
            return "This is a link; only files themselves are read. Copy the file into the folder."
        if not stat.S_ISREG(facts.st_mode):
            return "This is no plain file. Put the file itself into the folder."
        if facts.st_size > self._max_bytes:
            size, limit = facts.st_size / 1024 / 1024, self._max_bytes / 1024 / 1024
            return f"The file has {size:.1f} MiB, more than the {limit:.0f} MiB allowed. Split it into several."
        return ""


def _is_candidate(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED) and name not in (DONE, REJECTED)


def _of(facts: os.stat_result) -> State:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _state(folder: int, name: str) -> State | None:
    """Return what tells whether a file is the same; None for what is gone, and for folders."""
    try:
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    return None if stat.S_ISDIR(facts.st_mode) else _of(facts)


@contextmanager
def _opened(name: str, folder: int) -> Iterator[int]:
    """Open a folder below another, making it where it is not there; a link is refused."""
    with suppress(FileExistsError):
        os.mkdir(name, FOLDER_MODE, dir_fd=folder)
    inner = os.open(name, _FOLDER, dir_fd=folder)
    try:
        yield inner
    finally:
        os.close(inner)


def _write(folder: int, name: str, text: str) -> None:
    """Write a file so that it is there as a whole or not at all."""
    opened = os.open(f".{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640, dir_fd=folder)
    with os.fdopen(opened, "wb") as file:
        file.write(text.encode("utf-8", errors="replace"))
        file.flush()
        os.fsync(file.fileno())
    os.rename(f".{name}", name, src_dir_fd=folder, dst_dir_fd=folder)


def _plain(name: str) -> str:
    """Return a name that every system shows."""
    plain = "".join(one if one.isprintable() and one not in '/\\"' else "_" for one in name)
    return plain.encode("utf-8", errors="replace")[-NAME_MAX_BYTES:].decode(errors="ignore")


def _free_name(folder: int, name: str) -> str:
    """Return a name that no file has yet."""
    taken = set(os.listdir(folder))
    stem, dot, ending = name.rpartition(".")
    numbered = (f"{stem}-{count}{dot}{ending}" if dot else f"{name}-{count}" for count in range(2, 100_000))
    return name if name not in taken else next(one for one in numbered if one not in taken)
