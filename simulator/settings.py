"""How the simulated Azure behaves: its lag, its limits and its moods."""

import msgspec

from simulator.caller import Caller
from simulator.exchange import JsonObject


class InvalidSetting(ValueError):
    """A setting that does not exist, or a value of the wrong kind."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Behaviour that callers may change while the simulator runs.

    Attributes:
        index_lag_seconds: how long Resource Graph lags behind writes; None means until told.
        quota_queries: Resource Graph queries that one principal has per window; None: no quota.
        quota_window_seconds: length of that window.
        quota_retry_after: whether a refused query names the time to wait in `Retry-After`.
        graph_page_size: most rows that Resource Graph puts on a page, whatever was asked.
        graph_rows_dropped: rows left out at the start of each following page.
        graph_rows_repeated: rows of the page before repeated on each following page.
        graph_instance_configurations: whether the interfaces of uniform instances have their
            `ipConfigurations` in Resource Graph.
        list_page_size: rows on a page of a list of Azure Resource Manager.
        operation_polls: status reads that a long-running operation answers with `InProgress`.
        operation_seconds: least duration of a long-running operation.
        retry_after_seconds: what `Retry-After` says on operations and on writes that collide.
        unreadable_subscriptions: subscriptions that the caller may not read.
        granted_actions: actions of Azure Resource Manager that the caller may take, `*` for any
            part; None: all.
        default_route_widens_tag: whether a default route of a subnet to an appliance or a gateway
            puts every address into its VirtualNetwork, as the field reports.
        service_tags_change_number: number of the list of service tags.
        changed_by: who sends requests that name nobody, as ResourceChanges tells it.
        changed_by_type: kind of that principal: `User`, `Application` or `System`.
        client_type: the application that such requests come through.
        event_delay_seconds: least time from the end of a request to the first try of its event.
        event_spread_seconds: more time for each event, by chance up to this: they change places.
        event_copies: how often each event is sent.
        event_share_lost: share of the events that are never sent, by chance.
        event_seed: what chance begins from, whenever event subscriptions are set.
        event_retry_factor: what Event Grid's waits between tries are multiplied by.
        event_tries: how often an event is tried before it is a dead letter.
    """

    index_lag_seconds: float | None = 0.0
    quota_queries: int | None = 15
    quota_window_seconds: float = 5.0
    quota_retry_after: bool = False
    graph_page_size: int = 1000
    graph_rows_dropped: int = 0
    graph_rows_repeated: int = 0
    graph_instance_configurations: bool = True
    list_page_size: int = 100
    operation_polls: int = 0
    operation_seconds: float = 0.0
    retry_after_seconds: int = 1
    unreadable_subscriptions: tuple[str, ...] = ()
    granted_actions: tuple[str, ...] | None = None
    default_route_widens_tag: bool = True
    service_tags_change_number: int = 417
    changed_by: str = "operator@contoso.example"
    changed_by_type: str = "User"
    client_type: str = "Azure Portal"
    event_delay_seconds: float = 0.0
    event_spread_seconds: float = 0.0
    event_copies: int = 1
    event_share_lost: float = 0.0
    event_seed: int = 0
    event_retry_factor: float = 0.01
    event_tries: int = 30

    @property
    def caller(self) -> Caller:
        """Who sends requests that name nobody."""
        return Caller(self.changed_by, self.changed_by_type, self.client_type)

    def with_changes(self, changes: JsonObject) -> "Settings":
        """Return the settings with some replaced, by name.

        Raises:
            InvalidSetting: an unknown name, or a value of another kind than the setting's.
        """
        try:
            return msgspec.convert({**self.as_json(), **changes}, Settings)
        except msgspec.ValidationError as error:
            raise InvalidSetting(str(error)) from error

    def as_json(self) -> JsonObject:
        """Return the settings by name."""
        return msgspec.structs.asdict(self)
