"""What a reader sees of each card, drawn by the adaptivecards library in Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from shared.rendering.card_links import CardLinks
from shared.rendering.card_lists import digest_card
from tests.e2e.card_browser import card_page, draw
from tests.golden.card_samples import RUN, hostile, samples

CARDS = samples()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with card_page() as opened:
        yield opened


def text_on(page: Page) -> str:
    return " ".join(page.locator("#card").inner_text().split())


@pytest.mark.parametrize(
    ("card", "sentences"),
    [
        (
            "new",
            [
                "CRITICAL · NEW",
                "vm-web-01 can be reached over SSH (port 22) from the internet",
                "Front door 20.1.2.3 port 22 (public IP pip-web-01)",
                "3,702,258,431 addresses",
                "Subnet NSG nsg-web: allow-ssh, priority 100, Allow",
                "NIC NSG nsg-nic: any-in, priority 4000, Allow",
                "Witness 1.0.0.1:1024 to 10.0.0.4:22",
                "through Azure Bastion, and close rule allow-ssh (priority 100) in nsg-web",
                "Resource group rg-shop-prod",
                "Subscription 4f1c2d3e-0000-4000-8000-000000000001",
                "Since 2026-11-22 10:01 UTC",
                "By alice@contoso.com",
            ],
        ),
        ("worse", ["HIGH · WORSE THAN BEFORE · WAS LOW", "20.9.8.7 port 50022"]),
        ("back", ["CRITICAL · BACK AGAIN"]),
        ("exemption-ended", ["CRITICAL · EXEMPTION ENDED"]),
        ("latent", ["could be reached over SSH (port 22) from the internet as soon as it starts"]),
        ("undetermined", ["UNDETERMINED", "Reason The NSG nsg-nic of the NIC was not readable"]),
        ("nsg", ["nsg-web lets the internet through to SSH (port 22)", "close rule allow-ssh"]),
        ("public-ip", ["vm-web-01 has a public IP address of its own (20.1.2.3)", "20.1.2.3"]),
        ("plain", ["MEDIUM · NEW", "No Bastion reaches the 12 machines of this network"]),
        ("closed", ["3 findings closed", "WAS CRITICAL vm-web-01", "closed by remediation"]),
        (
            "summary",
            [
                "20 findings open, 4 of them critical",
                "2026-11-16 07:01 UTC to 2026-11-23 07:01 UTC",
                "Opened 21",
                "Time to close median 64 days",
                "9 days vm-shop-04",
                "Not read: 2 parts",
            ],
        ),
        ("summary-quiet", ["No open findings", "Not read nothing: all in scope was read"]),
        ("digest", ["21 findings, 2 closed", "4 CRITICAL", "vm-shop-01", "and 11 more"]),
    ],
)
def test_reader_sees_what_matters(page: Page, card: str, sentences: list[str]) -> None:
    draw(page, CARDS[card])
    text = text_on(page)
    assert [sentence for sentence in sentences if sentence not in text] == []


@pytest.mark.parametrize(
    "card", [CARDS["hostile"], digest_card([hostile()], RUN, CardLinks())], ids=["own", "digest"]
)
def test_hostile_names_bring_no_markup(page: Page, card: dict[str, object]) -> None:
    draw(page, card)  # type: ignore[arg-type]
    assert page.locator("#card").locator("a, img, code, em, del, ul, ol, h1").count() == 0
    assert "**bold** <img src=x> `a` | # ~ \\ \ufffd - item" in text_on(page)


def test_buttons_lead_to_portal_and_dashboard(page: Page) -> None:
    draw(page, CARDS["new"])
    assert page.get_by_role("link").all_inner_texts() == ["View in Azure portal", "Dashboard"]
