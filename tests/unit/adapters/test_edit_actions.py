from __future__ import annotations

from typing import get_args

from shared.adapters.edit_actions import EDIT_ACTIONS, actions_for
from shared.remediation.edit import AddRule, Edit, RemoveDnatRule
from tests.remediation_role import FILE, text


def test_every_kind_of_edit_has_its_actions() -> None:
    assert set(EDIT_ACTIONS) == set(get_args(Edit))


def test_file_of_the_role_is_made_from_the_edits() -> None:
    assert FILE.read_text(encoding="ascii") == text()


def test_actions_name_no_wildcard() -> None:
    assert not [action for action in actions_for() if "*" in action]


def test_rules_alone_take_no_firewall() -> None:
    rules = actions_for([AddRule])
    assert "Microsoft.Network/networkSecurityGroups/securityRules/write" in rules
    assert not [action for action in rules if "irewall" in action]
    assert "Microsoft.Network/azureFirewalls/write" in actions_for([RemoveDnatRule])
