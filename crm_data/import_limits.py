"""How much an import may take, so that no file fills a disk, a memory or a day."""

from dataclasses import dataclass

MEGABYTE = 1 << 20
_FREE_MEGABYTES = 32  # small files may be packed as tightly as they like


@dataclass(frozen=True)
class ImportLimits:
    """Limits of one import; each has an environment variable, see ``settings``.

    Parameters
    ----------
    file_megabytes : int
        Size of one table as text, unpacked.
    columns : int
        Columns of one table.
    cell_characters : int
        Characters of one cell.
    expansion : int
        How many times its packed size an archive may become, beyond its first 32 MB.
    reader_megabytes : int
        Memory of the process that reads a workbook.
    files : int
        Files of one import, members of archives and sheets of workbooks included.
    """

    file_megabytes: int = 4096
    columns: int = 1000
    cell_characters: int = 1_000_000
    expansion: int = 200
    files: int = 1000
    reader_megabytes: int = 2048

    @property
    def file_bytes(self) -> int:
        """Size of one table in bytes."""
        return self.file_megabytes * MEGABYTE

    def unpacked_bytes(self, packed: int) -> int:
        """Return the bytes that an archive of a size may become: the smaller of both limits."""
        return min(self.file_bytes, max(_FREE_MEGABYTES * MEGABYTE, packed * self.expansion))


STANDARD_LIMITS = ImportLimits()
