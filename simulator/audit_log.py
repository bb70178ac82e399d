"""Audit logs of Bastion hosts, written into a storage account as Azure Monitor writes them.

`python -m simulator.audit_log --connection-string TEXT` writes the sample's latest sessions.

Source: Microsoft Learn, "Enable and work with Bastion resource logs", sample log; "Azure Monitor
resource logs", send to Azure Storage, for container and path.  Ids are upper case, a log is an
append blob an hour, and each block holds whole or half lines as they come.
"""

import argparse
import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobServiceClient

from simulator.estate import sample_estate
from simulator.exchange import JsonObject

CONTAINER: Final = "insights-logs-bastionauditlogs"
CONNECTED: Final = "Successfully Connected."
FAILED: Final = "Login Failed"


def log_path(host_id: str, time: datetime) -> str:
    """Return the name of the blob that takes the records of a host and an hour."""
    hour = time.astimezone(UTC).strftime("y=%Y/m=%m/d=%d/h=%H/m=00")
    return f"resourceId={host_id.upper()}/{hour}/PT1H.json"


def record(host_id: str, time: datetime, **properties: object) -> JsonObject:
    """Return a record as documented; `properties` take the place of its usual ones."""
    stamp = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    subscription = host_id.split("/")[2]
    usual: JsonObject = {
        "userName": "opsuser",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64)",
        "clientIpAddress": "203.0.113.40",
        "clientPort": 51544,
        "protocol": "ssh",
        "targetResourceId": "",
        "subscriptionId": subscription,
        "message": CONNECTED,
        "resourceType": "VM",
        "targetVMIPAddress": "",
        "userEmail": "dana@larkspur.example",
        "tunnelId": str(uuid.uuid4()),
    }
    return {
        "time": stamp,
        "resourceId": host_id.upper(),
        "operationName": "Microsoft.Network/BastionHost/connect",
        "category": "BastionAuditLogs",
        "level": "Informational",
        "location": "westeurope",
        "properties": {**usual, **properties},
        "FluentdIngestTimestamp": stamp,
        "Region": "westeurope",
        "CustomerSubscriptionId": subscription,
    }


def line_of(entry: JsonObject) -> bytes:
    """Return a record as its line."""
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


class AuditLog:
    """Appends to the logs in one storage account."""

    def __init__(self, connection_string: str) -> None:
        self._service = BlobServiceClient.from_connection_string(connection_string)
        with suppress(ResourceExistsError):
            self._service.create_container(CONTAINER)

    def append(self, host_id: str, time: datetime, block: bytes) -> None:
        """Append one block to the log of a host's hour, which is made if it is missing."""
        blob = self._service.get_blob_client(CONTAINER, log_path(host_id, time))
        if not blob.exists():
            blob.create_append_blob()
        blob.append_block(block)

    def write(self, *entries: JsonObject) -> None:
        """Append records, each as a block to the log of its own hour."""
        for entry in entries:
            time = datetime.fromisoformat(entry["time"])
            self.append(entry["resourceId"], time, line_of(entry))


def sample_records(now: datetime) -> list[JsonObject]:
    """Return the sample estate's sessions of the last three hours: three people and one attack."""
    resources = {str(one["name"]): one for one in sample_estate().resources}
    host = resources["bas-hub"]["id"]
    desk = resources["vm-build-agent"]["id"]
    machine = {"targetResourceId": str(desk).upper(), "targetVMIPAddress": "10.10.1.6"}

    def at(minutes: float, **properties: object) -> JsonObject:
        return record(host, now - timedelta(minutes=minutes), **machine, **properties)

    attack = [
        at(
            40 - attempt,
            userName="root",
            userEmail="",
            message=FAILED,
            clientIpAddress="198.51.100.77",
            clientPort=40_000 + attempt,
        )
        for attempt in range(6)
    ]
    return [
        at(170),
        at(120, userName="azureuser", userEmail="sam@larkspur.example"),
        at(95, userName="kim", userEmail="kim@larkspur.example", clientIpAddress="203.0.113.52"),
        *attack,
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the sample's sessions."""
    parser = argparse.ArgumentParser(description="Write the sample estate's audit logs.")
    parser.add_argument("--connection-string", required=True, help="of the storage account")
    asked = parser.parse_args(arguments)
    AuditLog(asked.connection_string).write(*sample_records(datetime.now(UTC)))


if __name__ == "__main__":
    main()
