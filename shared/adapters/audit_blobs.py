"""Bastion's audit logs where Azure Monitor puts them: blobs of a storage account.

Source: Microsoft Learn, "Azure Monitor resource logs", send to Azure Storage: a container for each
category, `resourceId=<id>/y=<year>/m=<month>/d=<day>/h=<hour>/m=00/PT1H.json`, one append blob an
hour, one record a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self

from shared.adapters.audit_lines import record_batches
from shared.adapters.storage_account import PATIENCE, connecting, place, told_plainly
from shared.usecases.interfaces import StoreError
from shared.usecases.session_interfaces import LogBlob, LogFolder, RecordBatch

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.storage.blob import BlobProperties, BlobServiceClient, ContainerClient

CONTAINER: Final = "insights-logs-bastionauditlogs"
CHUNK_BYTES: Final = 4 * 1024 * 1024
"""How much of a blob is in memory at once, beside a half line and the sessions in it."""
_RESOURCE: Final = "resourceId="
_FOLDER: Final = re.compile(r".*/bastionhosts/[^/]+/", re.IGNORECASE)
_HOUR: Final = re.compile(
    r"/y=(\d{4})/m=(\d{2})/d=(\d{2})/h=(\d{2})/m=\d{2}/[^/]+\.json", re.IGNORECASE
)
_OPTIONS: Final[Mapping[str, Any]] = {
    **PATIENCE,
    "max_single_get_size": CHUNK_BYTES,
    "max_chunk_get_size": CHUNK_BYTES,
}


class AuditBlobs:
    """The `AuditLogs` of one storage account; nothing is asked of it before the first use."""

    def __init__(self, account: str, service: BlobServiceClient) -> None:
        """Take the account's name and a connected client."""
        self._account = account
        self._service = service

    @classmethod
    def from_connection_string(cls, account: str, text: str) -> Self:
        """Connect by a connection string, which holds the key.

        Raises:
            StoreError: the text is no connection string.
        """
        from azure.storage.blob import BlobServiceClient

        with connecting():
            return cls(account, BlobServiceClient.from_connection_string(text, **_OPTIONS))

    @classmethod
    def from_endpoint(cls, account: str, url: str, credential: TokenCredential) -> Self:
        """Connect to a blob endpoint, `https://<account>.blob.core.windows.net`, by identity."""
        from azure.storage.blob import BlobServiceClient

        return cls(account, BlobServiceClient(url, credential=credential, **_OPTIONS))

    @property
    def url(self) -> str:
        """Where the account is."""
        return self._service.url

    def folders(self) -> Sequence[LogFolder]:
        """Go down the folders, a call for each, to those of the Bastions.

        A container that is not there yet holds none: Azure makes it with the first record.
        """
        with self._asked("listing the folders of audit logs"):
            return [LogFolder(self._account, path) for path in self._below(_RESOURCE)]

    def blobs(self, folder: LogFolder, days: Sequence[date] | None) -> Iterator[LogBlob]:
        """List the hours of some days, or all of them, by one call for each day."""
        prefixes = [""] if days is None else [f"y={day:%Y/m=%m/d=%d}/" for day in days]
        with self._asked("listing audit logs"):
            for prefix in prefixes:
                for found in self._container.list_blobs(name_starts_with=folder.path + prefix):
                    blob = _log_blob(folder, found)
                    if blob is not None:
                        yield blob

    def read(self, blob: LogBlob, offset: int) -> Iterator[RecordBatch]:
        """Download what lies between the offset and the listed size, in chunks.

        What is appended in the meantime waits for the next listing.  A blob that is gone by now
        has nothing more to say.
        """
        if offset < blob.size:
            with self._asked("reading an audit log"):
                yield from record_batches(self._chunks(blob, offset), offset)

    def _chunks(self, blob: LogBlob, offset: int) -> Iterator[bytes]:
        client = self._container.get_blob_client(blob.name)
        # One request is one chunk: the SDK's own stream would read on under another version.
        for first in range(offset, blob.size, CHUNK_BYTES):
            length = min(CHUNK_BYTES, blob.size - first)
            yield client.download_blob(offset=first, length=length, max_concurrency=1).readall()

    def _below(self, prefix: str) -> Iterator[str]:
        from azure.core.exceptions import ResourceNotFoundError
        from azure.storage.blob import BlobPrefix

        try:
            found = list(self._container.walk_blobs(name_starts_with=prefix, delimiter="/"))
        except ResourceNotFoundError:
            return
        for name in (each.name for each in found if isinstance(each, BlobPrefix)):
            if _FOLDER.fullmatch(name):
                yield name
            else:
                yield from self._below(name)

    @property
    def _container(self) -> ContainerClient:
        return self._service.get_container_client(CONTAINER)

    @contextmanager
    def _asked(self, doing: str) -> Iterator[None]:
        """Tell what the account did not do; of a refusal also which role is missing."""
        from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

        with told_plainly(self._service.url, doing):
            try:
                yield
            except ResourceNotFoundError:
                return
            except HttpResponseError as error:
                if error.status_code != HTTPStatus.FORBIDDEN:
                    raise
                raise StoreError(
                    f"{doing} at {place(self._service.url)}: refused with 403; give this identity"
                    " the role Storage Blob Data Reader there, or let this network through the"
                    " account's firewall"
                ) from error


def _log_blob(folder: LogFolder, found: BlobProperties) -> LogBlob | None:
    """Give an hour's log; None for a blob whose name is not that of one."""
    hour = _HOUR.search(found.name)
    if hour is None:
        return None
    return LogBlob(
        folder=folder,
        name=found.name,
        hour="".join(hour.groups()),
        size=found.size,
        version=str(found.etag),
        created=found.creation_time,
    )
