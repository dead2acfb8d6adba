"""What is deployed: the manifests of Kubernetes are valid and ask for no right that they do not need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config_schema

from assets.batches import batch_job
from pipeline.settings import PRODUCT, Settings

CLUSTER = PRODUCT / "deploy/cluster"


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((CLUSTER / "kubernetes.yaml").read_text(encoding="utf-8")))


def pods() -> Iterator[dict[str, Any]]:
    yield from (each["spec"]["template"]["spec"] for each in manifests() if "template" in each["spec"])


def test_manifests_are_valid() -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    for manifest in manifests():
        validator.validate(manifest, validator.latest_version(), strict=True)
    broken = {**manifests()[1], "replicas": "two"}
    with pytest.raises(validator.ValidationError):
        validator.validate(broken, validator.latest_version(), strict=True)


def test_containers_have_least_rights_limits_and_secrets_by_reference() -> None:
    assert [len(pod["containers"]) for pod in pods()] == [3, 1]
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            least = container["securityContext"]
            assert (least["allowPrivilegeEscalation"], least["readOnlyRootFilesystem"]) == (False, True)
            assert least["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} == container["resources"].keys()
            assert container["envFrom"] == [{"secretRef": {"name": "housing-env"}}]
            assert {each["name"] for each in container["env"]} == {"HOUSING_HOME", "DAGSTER_HOME"}


def test_queues_that_runs_are_given_to_have_workers(settings: Settings) -> None:
    queues = {
        container["command"][container["command"].index("-Q") + 1]
        for pod in pods()
        for container in pod["containers"]
        if "-Q" in container["command"]
    }
    assert queues == {"dagster", batch_job(settings).tags["dagster-celery/queue"]}


def test_dagster_knows_all_that_its_configuration_says() -> None:
    told = yaml.safe_load((CLUSTER / "dagster.yaml").read_text(encoding="utf-8"))
    assert told.keys() <= dagster_instance_config_schema().keys()
    assert told["concurrency"]["pools"] == {"granularity": "run", "default_limit": 1}
