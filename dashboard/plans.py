"""Plans: the list, one plan with what it would do, and the decision about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from itertools import islice
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.filters import only_known, words_in
from dashboard.form_tokens import FIELD, form_token, is_from_here, is_valid
from dashboard.plan_view import plan_view
from dashboard.principal import AppRole, Principal
from dashboard.sign_in import AccessDeniedError
from dashboard.templating import page
from dashboard.visit import BadAddressError, NotThereError, Visit
from shared.remediation import approval
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import PlanId
from shared.usecases.approving import Decision, DecisionRefusedError, UnknownPlanError, decide
from shared.usecases.plan_news import view_of
from shared.usecases.plan_record import PlanRecord
from shared.usecases.remediation_interfaces import WriteFailedError

MOST_SHOWN: Final = 200
_ID: Final = re.compile(r"[0-9a-f]{8,64}")
_OFFERED: Final = (Decision.APPROVE, Decision.REJECT)


def plans(visit: Visit, request: Request) -> Response:
    """Show the plans, those that wait for somebody first."""
    only_known(request.query_params, ("state",))
    states = words_in(request.query_params, "state", PlanState)
    shown = listed(visit, states)
    values = {
        "rows": shown,
        "wanted": states,
        "states": list(PlanState),
        "is_cut": len(shown) == MOST_SHOWN,
    }
    return page(visit, "plans.html", values)


def listed(visit: Visit, states: tuple[PlanState, ...]) -> list[PlanRecord]:
    """Give plans in some states: those that wait first, then the newest."""
    found = islice(visit.reports.plans.plans(None, states), MOST_SHOWN)
    return sorted(
        found,
        key=lambda one: (one.state is not PlanState.AWAITING_APPROVAL, -one.since.timestamp()),
    )


def plan(visit: Visit, request: Request) -> Response:
    """Show one plan."""
    only_known(request.query_params, ("done",))
    return _plan_page(visit, plan_of(visit, request))


def plan_of(visit: Visit, request: Request) -> PlanRecord:
    """Find the plan that an address names.

    Raises:
        NotThereError: there is none.
    """
    name = request.path_params["plan"]
    found = visit.reports.plans.plan(PlanId(name)) if _ID.fullmatch(name) else None
    if found is None:
        raise NotThereError("No plan of this id is recorded.")
    return found


def decide_plan(visit: Visit, request: Request, form: Mapping[str, str]) -> Response:
    """Take a decision from the form of a plan's page; only approvers come this far.

    Raises:
        AccessDeniedError: the form is not one that this person was given lately.
        BadAddressError: it holds no decision that the page offers.
    """
    record = plan_of(visit, request)
    person, key = visit.principal.id, visit.reports.keys.key()
    token = form.get(FIELD, "")
    if not is_from_here(request.headers) or not is_valid(
        token, key, person, _purpose(record), visit.now
    ):
        raise AccessDeniedError(
            HTTPStatus.FORBIDDEN, "This form is too old, or not yours. Open the plan again."
        )
    offered = {one.value: one for one in _OFFERED}
    if form.get("decision") not in offered:
        raise BadAddressError(f"a decision is one of {', '.join(offered)}")
    decision = offered[form["decision"]]
    approver = approver_of(visit.principal)
    try:
        decide(
            visit.runtime.remediation.decisions,
            record.plan.id,
            decision,
            approver,
            form.get("hash", ""),
        )
    except (DecisionRefusedError, WriteFailedError) as error:
        again = plan_of(visit, request)
        return _plan_page(visit, again, str(error), HTTPStatus.CONFLICT)
    except UnknownPlanError as error:
        raise NotThereError("No plan of this id is recorded.") from error
    return RedirectResponse(f"/plans/{record.plan.id}", HTTPStatus.SEE_OTHER)


def approver_of(principal: Principal) -> approval.Principal:
    """Give the person as the rules of approval know people."""
    roles = {approval.APPROVER_ROLE} if principal.may(AppRole.APPROVER) else set[str]()
    return approval.Principal(principal.id, frozenset(principal.names), frozenset(roles))


def _plan_page(
    visit: Visit, record: PlanRecord, refused: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    may_decide = visit.principal.may(AppRole.APPROVER)
    token = ""
    if may_decide:
        key = visit.reports.keys.key()
        token = form_token(key, visit.principal.id, _purpose(record), visit.now)
    is_opener = any(approver_of(visit.principal).is_called(one) for one in record.openers)
    values = {
        "view": plan_view(record, visit.runtime.remediation.decisions.writer),
        "record": record,
        "plan": record.plan,
        "history": visit.reports.plans.history(record.plan.id),
        "may_decide": may_decide,
        "is_opener": is_opener and visit.runtime.remediation.decisions.rules.four_eyes,
        "token": token,
        "field": FIELD,
        "refused": refused,
        "open_connections": view_of(record).connections,
    }
    return page(visit, "plan.html", values, status)


def _purpose(record: PlanRecord) -> str:
    """Bind a form to its plan, as it was shown."""
    return f"plan {record.plan.id} {record.state}"
