"""Who sends a request to Azure Resource Manager, and with which program.

Sources: Microsoft Learn, "Access token claims reference"; "Azure subscription as an Event Grid
source", the samples of claims; "Get resource changes" for the words of ResourceChanges.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.exchange import JsonObject, Request

ACTOR_HEADER: Final = "x-simulated-actor"
USER: Final = "User"
APPLICATION: Final = "Application"
PROGRAMS: Final[Mapping[str, str]] = {
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": "Azure Portal",
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Azure CLI",
    "1950a258-227b-4e31-a9cf-717495945fc2": "Azure PowerShell",
}
"""Programs by application id.

Source: Microsoft Learn, "Verify first-party Microsoft applications in sign-in reports".
"""

_CLAIM_TYPES: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_MICROSOFT_CLAIMS: Final = "http://schemas.microsoft.com/identity/claims"
_ADDRESS: Final = "203.0.113.47"
_OBJECTS: Final = uuid.UUID("6f0a2f0e-6b0c-4c1e-9a35-5f4d2d1f7c58")
_TOKEN_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal, by the words that Azure has for it.

    `name` is the principal name of a user and the application id of an application; `kind` is
    `User`, `Application`, or `System` for a change of Azure's own, which has no claims.  `program`
    is the name or the id of the application in use.  `identity` is the resource of a managed
    identity, empty for any other principal.
    """

    name: str
    kind: str
    program: str
    display_name: str = ""
    identity: str = ""

    @property
    def object_id(self) -> str:
        """The id of the principal in its directory."""
        return str(uuid.uuid5(_OBJECTS, self.name.lower()))

    @property
    def principal_type(self) -> str:
        """The kind of principal in the words of role assignments."""
        return "User" if self.kind == USER else "ServicePrincipal"

    def claims(self, tenant: str) -> JsonObject:
        """Return the claims that an event shows of the caller's token."""
        if self.kind not in {USER, APPLICATION}:
            return {}
        common = {
            "aud": "https://management.core.windows.net/",
            f"{_MICROSOFT_CLAIMS}/objectidentifier": self.object_id,
            f"{_MICROSOFT_CLAIMS}/tenantid": tenant,
            "ver": "1.0",
        }
        if self.kind == USER:
            ids = {program: application for application, program in PROGRAMS.items()}
            return {
                **common,
                "appid": ids.get(self.program, self.program),
                "appidacr": "0",
                "idtyp": "user",
                "ipaddr": _ADDRESS,
                "name": self.display_name or self.name,
                f"{_CLAIM_TYPES}/name": self.name,
                f"{_CLAIM_TYPES}/upn": self.name,
            }
        managed = {"xms_mirid": self.identity} if self.identity else {}
        return {**common, "appid": self.name, "appidacr": "2", "idtyp": "app", **managed}


def caller_of(request: Request, otherwise: Caller) -> Caller:
    """Return who sends a request.

    That is what the header `x-simulated-actor` says, a name or claims as a JSON object; else what
    the bearer token says, if it is a JSON web token; else the given caller.
    """
    named = request.headers.get(ACTOR_HEADER, "").strip()
    if named:
        claims = _json_object(named)
        return _caller(_named(named) if claims is None else claims, otherwise)
    parts = request.headers.get("authorization", "").split(".")
    claims = _json_object(_decoded(parts[1])) if len(parts) == _TOKEN_PARTS else None
    return otherwise if claims is None else _caller(claims, otherwise)


def _named(name: str) -> JsonObject:
    return {"upn": name} if "@" in name else {"appid": name}


def _caller(claims: JsonObject, otherwise: Caller) -> Caller:
    user, application = str(claims.get("upn") or ""), str(claims.get("appid") or "")
    if user:
        program = PROGRAMS.get(application.lower(), application) or otherwise.program
        return Caller(user, USER, program, display_name=str(claims.get("name") or ""))
    if not application:
        return otherwise
    identity = str(claims.get("xms_mirid") or "")
    return Caller(application, APPLICATION, application, identity=identity)


def _decoded(part: str) -> str:
    """Return the text of one part of a JSON web token; empty when it is something else."""
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except ValueError:
        return ""


def _json_object(text: str) -> JsonObject | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
