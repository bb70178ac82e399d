from __future__ import annotations

import subprocess
import sys

import pytest
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from azure.mgmt.core.policies import (
    ARMAutoResourceProviderRegistrationPolicy,
    ARMChallengeAuthenticationPolicy,
)

from shared.adapters.arm_endpoint import ArmEndpoint, arm_endpoint
from shared.adapters.identity import (
    SimulatorCredential,
    arm_pipeline,
    command_line_credential,
    function_credential,
    user_agent,
)

AZURE = arm_endpoint()
SIMULATOR = arm_endpoint(override="http://127.0.0.1:8080")


def test_command_line_signs_in_as_the_person_at_the_terminal() -> None:
    assert isinstance(command_line_credential(AZURE), DefaultAzureCredential)


def test_function_signs_in_as_its_managed_identity() -> None:
    assert isinstance(function_credential(AZURE, "client"), ManagedIdentityCredential)


@pytest.mark.parametrize("credential_for", [command_line_credential, function_credential])
def test_simulator_gets_no_credential_of_azure(credential_for: object) -> None:
    assert callable(credential_for)
    assert isinstance(credential_for(SIMULATOR), SimulatorCredential)


@pytest.mark.parametrize("endpoint", [AZURE, SIMULATOR], ids=["azure", "simulator"])
def test_pipeline_never_registers_resource_providers(endpoint: ArmEndpoint) -> None:
    policies = arm_pipeline(endpoint, SimulatorCredential())["policies"]
    kinds = {type(policy) for policy in policies}
    assert ARMAutoResourceProviderRegistrationPolicy not in kinds


def test_pipeline_to_azure_signs_each_request_with_a_token() -> None:
    policies = arm_pipeline(AZURE, SimulatorCredential())["policies"]
    assert any(isinstance(policy, ARMChallengeAuthenticationPolicy) for policy in policies)


def test_steps_of_one_client_run_ahead_of_the_sign_in() -> None:
    retry = RetryPolicy()
    policies = arm_pipeline(AZURE, SimulatorCredential(), retry)["policies"]
    kinds = [type(policy) for policy in policies]
    assert kinds.index(RetryPolicy) < kinds.index(ARMChallengeAuthenticationPolicy)


def test_pipeline_waits_ten_seconds_to_connect_and_sixty_for_an_answer() -> None:
    options = arm_pipeline(AZURE, SimulatorCredential())
    assert (options["connection_timeout"], options["read_timeout"]) == (10, 60)


def test_pipeline_to_the_simulator_needs_no_token() -> None:
    policies = arm_pipeline(SIMULATOR, SimulatorCredential())["policies"]
    assert not any(isinstance(policy, ARMChallengeAuthenticationPolicy) for policy in policies)
    assert sum(isinstance(policy, SansIOHTTPPolicy) for policy in policies) > 3


def test_user_agent_names_the_program() -> None:
    assert user_agent().startswith("portcullis/")


@pytest.mark.parametrize(
    "module", ["identity", "resource_graph", "snapshot_file", "arm_endpoint", "clock"]
)
def test_import_brings_no_sdk_in(module: str) -> None:
    code = f"import sys, shared.adapters.{module}; print([m for m in sys.modules if 'azure' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
