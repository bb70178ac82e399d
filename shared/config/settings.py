"""The settings by name, and all of them read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from shared.adapters.arm_endpoint import ArmEndpoint, Cloud, arm_endpoint
from shared.checks.result import Severity
from shared.config import remediation_settings, session_settings, values
from shared.config.reading import Reading
from shared.config.remediation_settings import (
    RemediationSettings,
    read_remediation_settings,
)
from shared.config.schedule import schedule
from shared.config.secret import Secret
from shared.config.session_settings import SessionSettings, read_session_settings
from shared.config.storage import CLIENT_ID, IdentityStorage, StorageConnection, read_storage
from shared.exposure.assessment import SSH_PORT
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.rendering.card_links import PORTALS, CardLinks
from shared.usecases.interfaces import Scope

_PREFIX: Final = "PORTCULLIS_"


class Setting(StrEnum):
    """Every setting of our own; `docs/settings.md` says what each one does."""

    SUBSCRIPTIONS = "PORTCULLIS_SUBSCRIPTIONS"
    MANAGEMENT_GROUP = "PORTCULLIS_MANAGEMENT_GROUP"
    SWEEP_SCHEDULE = "PORTCULLIS_SWEEP_SCHEDULE"
    MANAGEMENT_PORTS = "PORTCULLIS_MANAGEMENT_PORTS"
    TRUSTED_SOURCES = "PORTCULLIS_TRUSTED_SOURCES"
    TEAMS_WEBHOOK_URL = "PORTCULLIS_TEAMS_WEBHOOK_URL"
    DASHBOARD_URL = "PORTCULLIS_DASHBOARD_URL"
    NOTIFY_MIN_SEVERITY = "PORTCULLIS_NOTIFY_MIN_SEVERITY"
    DIGEST_SCHEDULE = "PORTCULLIS_DIGEST_SCHEDULE"
    SERVICE_TAGS_SCHEDULE = "PORTCULLIS_SERVICE_TAGS_SCHEDULE"
    REMEDIATION_MODE = remediation_settings.MODE
    REMEDIATION_SCOPES = remediation_settings.SCOPES
    REMEDIATION_MAX_PER_HOUR = remediation_settings.MAX_PER_HOUR
    REMEDIATION_STOP = remediation_settings.STOP
    REMEDIATION_FREEZE = remediation_settings.FREEZE
    REMEDIATION_FOUR_EYES = remediation_settings.FOUR_EYES
    REMEDIATION_APPROVAL_HOURS = remediation_settings.APPROVAL_HOURS
    REMEDIATION_CLIENT_ID = remediation_settings.WRITER
    CLOUD = "PORTCULLIS_CLOUD"
    BASTION_LOG_ACCOUNTS = session_settings.LOG_ACCOUNTS
    SESSIONS_SCHEDULE = "PORTCULLIS_SESSIONS_SCHEDULE"
    SESSION_SIGNALS = session_settings.SIGNALS
    FAILED_LOGINS = session_settings.FAILED_LOGINS
    SHARED_ACCOUNTS = session_settings.SHARED_ACCOUNT_NAMES
    SESSION_RETENTION_DAYS = session_settings.RETENTION
    ARM_ENDPOINT = "PORTCULLIS_ARM_ENDPOINT"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the running program needs to know.

    Schedules are not here: the Functions host reads them where a trigger names them.  Without
    `teams_webhook` nobody is told, without `storage` nothing can be recorded.
    `identity_client_id` names a user-assigned identity; empty takes the system-assigned one.
    """

    scope: Scope
    management_ports: tuple[int, ...]
    trusted_sources: AddressSet
    cloud: Cloud
    arm: ArmEndpoint
    links: CardLinks
    notify_min_severity: Severity
    teams_webhook: Secret | None
    storage: StorageConnection | None
    identity_client_id: str
    sessions: SessionSettings
    remediation: RemediationSettings


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting; variables of other programs are left alone.

    Raises:
        InvalidSettingsError: with every fault at once, contradictions and unknown names too.
    """
    reading = Reading(environ)
    cloud = reading.value(Setting.CLOUD, values.word_of(Cloud), Cloud.PUBLIC)
    trusted = reading.value(Setting.TRUSTED_SOURCES, values.trusted_sources, NO_ADDRESSES)
    settings = Settings(
        scope=_scope(reading),
        management_ports=reading.value(
            Setting.MANAGEMENT_PORTS, values.management_ports, (SSH_PORT,)
        ),
        trusted_sources=trusted,
        cloud=cloud,
        arm=reading.value(Setting.ARM_ENDPOINT, values.endpoint_of(cloud), arm_endpoint(cloud)),
        links=CardLinks(
            PORTALS[cloud], reading.value(Setting.DASHBOARD_URL, values.dashboard_url, None)
        ),
        notify_min_severity=reading.value(
            Setting.NOTIFY_MIN_SEVERITY, values.word_of(Severity), Severity.INFO
        ),
        teams_webhook=reading.value(Setting.TEAMS_WEBHOOK_URL, values.teams_webhook, None),
        storage=read_storage(reading, cloud),
        identity_client_id=reading.text(CLIENT_ID),
        sessions=read_session_settings(reading, trusted),
        remediation=read_remediation_settings(reading),
    )
    if settings.arm.is_simulator and isinstance(settings.storage, IdentityStorage):
        reading.fault(
            Setting.ARM_ENDPOINT,
            "is a simulator's, which has no identity to open storage with; set"
            " AzureWebJobsStorage to a connection string",
        )
    _check_schedules(reading)
    _check_names(reading)
    reading.finish()
    return settings


def _scope(reading: Reading) -> Scope:
    if reading.text(Setting.SUBSCRIPTIONS) and reading.text(Setting.MANAGEMENT_GROUP):
        reading.fault(
            Setting.MANAGEMENT_GROUP,
            f"is set beside {Setting.SUBSCRIPTIONS}; keep one of the two",
        )
    return Scope(
        reading.value(Setting.SUBSCRIPTIONS, values.subscriptions, ()),
        reading.value(Setting.MANAGEMENT_GROUP, values.management_group, None),
    )


def _check_schedules(reading: Reading) -> None:
    for name in (
        Setting.SWEEP_SCHEDULE,
        Setting.DIGEST_SCHEDULE,
        Setting.SERVICE_TAGS_SCHEDULE,
        Setting.SESSIONS_SCHEDULE,
    ):
        reading.value(name, schedule, "")


def _check_names(reading: Reading) -> None:
    """Refuse names with our prefix that nothing reads: a misspelt setting would do nothing."""
    known = [setting.removeprefix(_PREFIX) for setting in Setting]
    for name in sorted(reading.names - set(Setting)):
        if name.upper().startswith(_PREFIX):
            near = get_close_matches(name.upper().removeprefix(_PREFIX), known, n=1)
            remedy = (
                f"write {_PREFIX}{near[0]}" if near else "remove it; docs/settings.md has the names"
            )
            reading.fault(name, f"is no setting; {remedy}")
