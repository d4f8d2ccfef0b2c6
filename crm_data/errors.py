"""Every error a user can cause or meet. What was wrong, where, what next.

CrmError
├── BadInputError          a file, mapping or option cannot be used (exit status 1)
│   └── UsageError         the command was called wrongly (exit status 2)
├── AlreadyImportedError   the same content is already in the ledger (exit status 1)
├── StorageError           disk full, folder read-only, store does not answer (exit status 1)
├── BuildBusyError         another build holds the lock (exit status 1)
├── NoWarehouseError       nothing has been published yet (exit status 1)
├── NotPermittedError      the viewer may not see or do this (exit status 1)
└── FrameContractError     a frame breaks its promise: a bug, never a user's mistake
"""


class CrmError(Exception):
    """Base of all our errors.

    Parameters
    ----------
    code : str
        Label key under ``error.``, so that a page can say it in the viewer's language.
    message : str
        One English sentence: what, where, what next.
    **details : object
        Values that the translated sentence needs (``{name}`` fields of the label).
    """

    exit_status = 1

    def __init__(self, code: str, message: str, **details: object) -> None:
        self.code = code
        self.details = details
        super().__init__(message)


class BadInputError(CrmError):
    """A file, mapping or value from outside cannot be used as it is."""


class UsageError(BadInputError):
    """A command or option was used wrongly."""

    exit_status = 2


class AlreadyImportedError(CrmError):
    """The same content, read the same way, is already a batch."""


class StorageError(CrmError):
    """A store cannot be read or written."""


class BuildBusyError(CrmError):
    """Another process is building a version."""


class NoWarehouseError(CrmError):
    """There is no published version yet."""


class NotPermittedError(CrmError):
    """The viewer may not do this. Never says whether the thing exists."""


class FrameContractError(CrmError):
    """A frame does not keep the promise of its ``FrameSpec``."""

    def __init__(self, message: str) -> None:
        super().__init__("frame_contract", message)
