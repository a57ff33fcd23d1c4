"""deploy/kubernetes: what Kubernetes' own schemas, kustomize and its restricted profile say, and that its parts fit."""

import asyncio
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
import yaml

from bot.config import read
from tests.ports import free_port
from tests.process.lab import Lab
from tests.tools import program

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
OBJECTS = {name: yaml.safe_load((FOLDER / name).read_text()) for name in KUSTOMIZATION["resources"]}
POD = OBJECTS["deployment.yaml"]["spec"]["template"]["spec"]
(BOT,) = POD["containers"]
CONFIG = (FOLDER / "config.yaml").read_text()
OLDEST = "1.29.0"


def judged(documents, version):
    """The kinds of these objects, each held against the schema of its kind, in which no key is unknown."""
    validate = pytest.importorskip("kubernetes_validate", reason="it comes with the dev extra").validate
    for document in documents:
        validate(document, version, strict=True)
    return [document["kind"] for document in documents]


@pytest.mark.parametrize("version", [OLDEST, "1.37.0"])
def test_each_object_is_as_the_schema_of_its_kind_wants_it(version):
    kinds = judged(OBJECTS.values(), version)
    assert sorted(kinds) == ["Deployment", "NetworkPolicy", "PersistentVolumeClaim", "Service"]


def test_a_slip_in_a_key_would_be_found():
    spoiled = OBJECTS["service.yaml"] | {"specs": {}}
    with pytest.raises(Exception, match="specs"):
        judged([spoiled], OLDEST)


def test_kustomize_makes_of_them_what_kubernetes_takes():
    kubectl = program("kubectl", "kubernetes-client")
    built = subprocess.run([kubectl, "kustomize", FOLDER], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    documents = list(yaml.safe_load_all(built.stdout))
    kinds = {document["kind"]: document for document in documents}
    assert sorted(judged(documents, OLDEST)) == sorted([*kinds])
    assert kinds["ConfigMap"]["data"]["config.yaml"] == CONFIG
    assert kinds["ConfigMap"]["metadata"]["name"] == "callboard"  # with no hash: the bot sees what changes in it
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    assert len({container["image"] for container in (*pod["containers"], *pod["initContainers"])}) == 1
    assert "Secret" not in kinds


def test_the_image_is_of_this_version():
    (image,) = KUSTOMIZATION["images"]
    assert image["newTag"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {container["image"] for container in (*POD["containers"], *POD["initContainers"])} == {image["name"]}


def test_the_pod_may_do_what_the_restricted_profile_lets_it_and_no_more():
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    pod = POD["securityContext"]
    assert (pod["runAsNonRoot"], pod["runAsUser"], pod["fsGroup"]) == (True, 10001, 10001)
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & POD.keys()
    assert POD["automountServiceAccountToken"] is False
    for container in (*POD["containers"], *POD["initContainers"]):
        may = container["securityContext"]
        assert may["allowPrivilegeEscalation"] is False
        assert may["readOnlyRootFilesystem"] is True
        assert may["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]
    kinds = {(volume.keys() - {"name"}).pop() for volume in POD["volumes"]}
    assert kinds == {"persistentVolumeClaim", "configMap", "secret", "emptyDir"}


def test_the_pod_runs_as_the_image_does():
    image = (ROOT / "deploy/Containerfile").read_text()
    assert re.findall(r"^USER (.*)$", image, re.MULTILINE) == [
        "{runAsUser}:{runAsGroup}".format(**POD["securityContext"])
    ]
    assert re.findall(r"^VOLUME (.*)$", image, re.MULTILINE) == ["/data"]
    assert {mount["mountPath"] for mount in BOT["volumeMounts"]} > {"/data", "/tmp"}  # all else is only read


def test_one_process_has_the_volume_at_a_time():
    deployment = OBJECTS["deployment.yaml"]["spec"]
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    assert OBJECTS["volume.yaml"]["spec"]["accessModes"] == ["ReadWriteOnce"]


def test_what_one_part_names_another_has():
    volumes = {volume["name"]: volume for volume in POD["volumes"]}
    mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in BOT["volumeMounts"]}
    assert mounts["/data"]["persistentVolumeClaim"]["claimName"] == OBJECTS["volume.yaml"]["metadata"]["name"]
    assert mounts["/etc/callboard"]["configMap"]["name"] in {one["name"] for one in KUSTOMIZATION["configMapGenerator"]}
    assert mounts["/run/secrets/callboard"]["secret"]["defaultMode"] == 0o440
    assert BOT["args"] == ["run", "--config", "/etc/callboard/config.yaml"]
    assert "volumeMounts" in POD["initContainers"][0]
    for path in re.findall(r"(?:registry: |sqlite:///|\$\{file:)(/[^\s}]+)", CONFIG):
        assert any(Path(path).is_relative_to(mount) for mount in mounts), path
    ports = {port["name"]: port["containerPort"] for port in BOT["ports"]}
    assert {str(port) for port in ports.values()} == set(re.findall(r"0\.0\.0\.0:(\d+)", CONFIG))
    policy = OBJECTS["network-policy.yaml"]["spec"]
    assert {port["port"] for rule in policy["ingress"] for port in rule["ports"]} == ports.keys()
    assert {port["targetPort"] for port in OBJECTS["service.yaml"]["spec"]["ports"]} == {"board"}
    labels = OBJECTS["deployment.yaml"]["spec"]["template"]["metadata"]["labels"]
    assert labels == OBJECTS["service.yaml"]["spec"]["selector"] == policy["podSelector"]["matchLabels"]
    asked = {BOT[probe]["httpGet"]["port"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == ports.keys()


def test_the_config_holds_up_with_and_without_what_is_commented_out(tmp_path):
    secrets = {"telegram": "4711:AAGreatlySecretTokenOfABot", "slack-bot": "xoxb-1-2", "slack-app": "xapp-1-2"}
    (tmp_path / "data/postings").mkdir(parents=True)
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    for text in (CONFIG, re.sub(r"^  # (?=slack:|  )", "  ", CONFIG, flags=re.MULTILINE)):
        here = text.replace("/run/secrets/callboard/", f"{tmp_path}/").replace("/data/", f"{tmp_path}/data/")
        (tmp_path / "config.yaml").write_text(here)
        config = read(tmp_path / "config.yaml")
        assert [platform.name for platform in config.platforms] == ["telegram"] + ["slack"] * ("  slack:" in text)
        assert config.database_file == tmp_path / "data/callboard.db"
        assert config.notes == ()


def status(address):
    """What an address answers; None where nobody does."""
    try:
        with urlopen(address, timeout=20) as answer:
            return answer.status
    except HTTPError as error:
        return error.code
    except URLError:
        return None


@pytest.mark.process
async def test_a_bot_with_that_config_answers_the_probes_as_a_pod_is_asked(tmp_path):
    ports = {"8080": free_port(), "9090": free_port()}
    async with Lab(tmp_path) as lab:
        text = CONFIG.replace(
            "${file:/run/secrets/callboard/telegram}", f"123456:TEST-TOKEN\n    api_url: {lab.telegram.url}"
        )
        text = text.replace("/data/", f"{tmp_path}/")
        for port, free in ports.items():
            text = text.replace(f"0.0.0.0:{port}", f"127.0.0.1:{free}")
        lab.config_path.write_text(text)
        lab.post("robots", title="Robots that learn", deadline="2199-05-02")
        bot = await lab.start()
        containers = {port["name"]: str(port["containerPort"]) for port in BOT["ports"]}
        async with asyncio.timeout(30):
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = BOT[probe]["httpGet"]
                address = f"http://127.0.0.1:{ports[containers[asked['port']]]}{asked['path']}"
                while await asyncio.to_thread(status, address) != 200:  # noqa: ASYNC110  # as kubelet asks again
                    await asyncio.sleep(0.05)
        await lab.until(lambda: lab.telegram.sent)
        assert await bot.stop() == 0
