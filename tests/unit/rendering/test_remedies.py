from shared.checks import CHECKS
from shared.rendering.remedies import REMEDIES


def test_every_check_says_what_to_do() -> None:
    assert set(REMEDIES) == {check.id for check in CHECKS}


def test_remedies_are_sentences() -> None:
    assert all(text[0].isupper() and text.endswith(".") for text in REMEDIES.values())
