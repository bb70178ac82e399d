"""Opens the dashboard's pages in Chromium, through the local Functions host.

`python -m tests.e2e.dashboard_browser` writes the pictures under docs/pictures.
"""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

from shared.adapters.tables import TableStores
from shared.findings.finding import Finding
from tests.e2e.dashboard_story import await_decision, tell_story
from tests.e2e.functions_world import World, running_world

ROOT: Final = Path(__file__).parents[2]
AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES: Final = ROOT / "docs" / "pictures"
TENANT: Final = "72f988bf-0000-4000-8000-2d7cd011db47"
GUARDED: Final = {
    "WEBSITE_SITE_NAME": "func-portcullis",
    "WEBSITE_AUTH_ENABLED": "True",
    "WEBSITE_AUTH_AAD_ALLOWED_TENANTS": TENANT,
}
"""What App Service sets where its authentication is on."""
_ARGUMENTS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
]


@dataclass(frozen=True)
class Stage:
    """A world with a story in its storage; hosts come and go."""

    world: World
    stores: TableStores
    findings: tuple[Finding, ...]

    def guarded(self) -> World:
        """Give the same world behind App Service's authentication."""
        return replace(self.world, extra_settings={**self.world.extra_settings, **GUARDED})


@contextmanager
def running_stage(directory: Path) -> Iterator[Stage]:
    """Start storage and simulator, and tell the story; no host runs yet."""
    with running_world(directory, **{"AzureWebJobs.count_findings.Disabled": "true"}) as world:
        stores = TableStores.from_connection_string(world.storage)
        runtime = world.runtime
        findings = tell_story(runtime, stores, runtime.clock.now())
        runtime.reports.recount()
        yield Stage(world, stores, findings)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """A page of the browser, and everything it noticed while it looked at others."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go to an address of the dashboard, and give the status."""
        response = self.page.goto(f"{self.url}{path}")
        assert response is not None
        return response.status

    def strangers(self) -> list[str]:
        """Name the requests that left for anywhere else."""
        return [one for one in self.requests if urlsplit(one).hostname != "127.0.0.1"]

    def violations(self) -> list[dict[str, Any]]:
        """Give what axe has serious objections to on the page as it is."""
        found: list[dict[str, Any]] = self.page.evaluate(f"""async () => {{
            {AXE.read_text(encoding="utf-8")}
            const found = await axe.run(document, {{resultTypes: ["violations"]}});
            return found.violations
                .filter(one => ["serious", "critical"].includes(one.impact))
                .map(one => ({{rule: one.id, where: one.nodes.map(node => node.html)}}));
        }}""")
        return found


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    scheme: Literal["light", "dark"] = "light",
    headers: dict[str, str] | None = None,
) -> Iterator[Visitor]:
    """Open a page for a reader of one colour scheme, who may be signed in."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 860},
        color_scheme=scheme,
        extra_http_headers=headers or {},
    )
    page = context.new_page()
    visitor = Visitor(page, url)
    page.on("request", lambda request: visitor.requests.append(_address(request)))
    page.on("console", lambda message: visitor.complaints.append(message.text))
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    try:
        yield visitor
    finally:
        context.close()


def signed_in(
    name: str, *roles: str, tenant: str = TENANT, person: str = "5f0f3c1e"
) -> dict[str, str]:
    """Give the header that App Service sets for somebody with some app roles."""
    claims = [
        {"typ": "preferred_username", "val": name},
        {"typ": "http://schemas.microsoft.com/identity/claims/objectidentifier", "val": person},
        {"typ": "http://schemas.microsoft.com/identity/claims/tenantid", "val": tenant},
        *({"typ": "roles", "val": role} for role in roles),
    ]
    principal = {"auth_typ": "aad", "name_typ": "name", "role_typ": "roles", "claims": claims}
    return {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps(principal).encode()).decode()}


def shown_finding(findings: Sequence[Finding]) -> Finding:
    """Give the finding whose page is shown: a way in through an ordinary public address."""
    return next(
        one
        for one in sorted(findings, key=lambda each: each.resource.key)
        if one.check == "vm-ssh-reachable" and one.resource.name == "vm-jit-outranked"
    )


def _address(request: Request) -> str:
    return request.url


def write_pictures() -> None:
    """Write one picture for each page, and one of the first page in the dark."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stage(Path(folder)) as stage,
        stage.world.host() as host,
        running_browser() as browser,
    ):
        shown = shown_finding(stage.findings)
        plan = await_decision(stage.world.runtime, stage.stores, shown, "dana@contoso.example")
        pages = {
            "overview": "/",
            "findings": "/findings?severity=critical&severity=high",
            "finding": f"/findings/{shown.fingerprint}",
            "plans": "/plans",
            "plan": f"/plans/{plan}",
            "posture": "/posture",
            "exemptions": "/exemptions",
            "sessions": "/sessions",
            "sweeps": "/sweeps",
        }
        with visiting(browser, host.url) as visitor:
            for name, path in pages.items():
                visitor.open(path)
                visitor.page.screenshot(
                    path=PICTURES / f"dashboard-{name}.png", full_page=name in {"finding", "plan"}
                )
        with visiting(browser, host.url, scheme="dark") as visitor:
            visitor.open("/")
            visitor.page.screenshot(path=PICTURES / "dashboard-overview-dark.png")


if __name__ == "__main__":
    write_pictures()
