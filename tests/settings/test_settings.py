"""gateway.toml and the environment: every mistake is one line that says where, what, and what would be right."""

from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.settings.settings import TABLES, Endpoint, describe, load, problems, store_path

LEAST = """\
[upstream]
host = "127.0.0.1"
port = 2526
"""

CONTRACT = """\
[smtp]
listen = "127.0.0.1:2525"
[upstream]
host = "127.0.0.1"
port = 2526
tls = "none"              # none | starttls | implicit
[storage]
url = "sqlite:///var/hushgate.db"     # or postgresql://…
key_file = "var/master.key"           # made at first start, mode 0600; or $HUSHGATE_STORAGE__KEY
[organization]
domains = ["platform.example"]        # mail to these stays inside
[console]
listen = "127.0.0.1:8025"
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "gateway.toml").write_text(text, encoding="utf-8")
    return tmp_path


def lines(tmp_path: Path, text: str, **environ: str) -> list[str]:
    found = [str(problem) for problem in problems(folder(tmp_path, text), environ)]
    return [line.replace(f"{tmp_path}/", "") for line in found]


def test_the_file_of_the_contract_is_right(tmp_path: Path) -> None:
    settings = load(folder(tmp_path, CONTRACT), {})
    assert settings.smtp.listen == Endpoint("127.0.0.1", 2525)
    assert (settings.upstream.host, settings.upstream.port, settings.upstream.tls) == ("127.0.0.1", 2526, "none")
    assert settings.organization.domains == ("platform.example",)
    assert str(settings.console.listen) == "127.0.0.1:8025"
    assert problems(tmp_path, {}) == []


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    settings = load(folder(tmp_path, LEAST), {})
    assert settings.storage.url == f"sqlite:///{tmp_path.parent}/var/hushgate.db"
    assert settings.upstream.verify is True
    assert settings.storage.key == ""


PATHS = """
[smtp]
certificate = "tls/cert.pem"
private_key = "/etc/key.pem"
spool_folder = "spool"
[upstream]
host = "mail.example"
port = 25
"""


@pytest.mark.parametrize("start", [".", "config", "elsewhere"])
def test_paths_begin_beside_the_configuration_wherever_the_command_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    for name in ("config", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "config" / "gateway.toml").write_text(PATHS, "utf-8")
    monkeypatch.chdir(tmp_path / start)
    named = {".": Path("config"), "config": Path("."), "elsewhere": Path("../config")}[start]
    settings = load(named, {"HUSHGATE_STORAGE__KEY_FILE": "keys/master.key"})
    assert store_path(settings.storage) == tmp_path / "var" / "hushgate.db"
    assert settings.storage.key_file == str(tmp_path / "keys" / "master.key")
    assert settings.smtp.certificate == str(tmp_path / "tls" / "cert.pem")
    assert settings.smtp.private_key == "/etc/key.pem"
    assert settings.smtp.spool_folder == str(tmp_path / "spool")
    assert settings.upstream.ca_file == ""


def test_four_slashes_are_an_absolute_path(tmp_path: Path) -> None:
    text = LEAST + '[storage]\nurl = "sqlite:////srv/hushgate.db"\n'
    assert store_path(load(folder(tmp_path, text), {}).storage) == Path("/srv/hushgate.db")


def test_every_key_can_be_set_from_the_environment(tmp_path: Path) -> None:
    environ = {
        "HUSHGATE_SMTP__LISTEN": "[::1]:0",
        "HUSHGATE_UPSTREAM__HOST": "mail.platform.example",
        "HUSHGATE_UPSTREAM__PORT": "25",
        "HUSHGATE_UPSTREAM__VERIFY": "False",
        "HUSHGATE_ORGANIZATION__DOMAINS": '["Platform.Example", "例子.example"]',
        "HUSHGATE_STORAGE__KEY": "a2V5",
        "HUSHGATE_CONFIG": "config",
        "PATH": "/bin",
    }
    settings = load(folder(tmp_path, ""), environ)
    assert settings.smtp.listen == Endpoint("::1", 0)
    assert str(settings.smtp.listen) == "[::1]:0"
    assert (settings.upstream.host, settings.upstream.port) == ("mail.platform.example", 25)
    assert settings.upstream.verify is False
    assert settings.organization.domains == ("platform.example", "xn--fsqu00a.example")
    assert settings.storage.key == "a2V5"


def test_the_variables_are_those_that_the_documentation_shows(tmp_path: Path) -> None:
    folder(tmp_path, LEAST)
    for setting in describe():
        if setting.default is None or setting.environment_only:
            continue
        text = setting.default.strip('"')
        settings = load(tmp_path, {setting.variable: text})
        assert getattr(settings, setting.table) == getattr(load(tmp_path, {}), setting.table), setting.variable


def test_every_setting_has_its_sentence() -> None:
    described = list(describe())
    assert {setting.table for setting in described} == set(TABLES)
    assert all(setting.doc.endswith(".") and setting.type for setting in described)
    assert [setting.key for setting in described if setting.default is None] == ["host", "port"]


def test_the_key_is_not_in_the_representation(tmp_path: Path) -> None:
    secret = {"HUSHGATE_STORAGE__KEY": "geheim", "HUSHGATE_CONSOLE__METRICS_TOKEN": "geheim" * 4}
    assert "geheim" not in repr(load(folder(tmp_path, LEAST), secret))


WRONG = [
    ("", "gateway.toml:1: [upstream] has no host; add host: Name or address of the next mail server"),
    ("[smtp]\nlistn = '1'\n" + LEAST, "gateway.toml:2: unknown key of [smtp] 'listn'; did you mean 'listen'?"),
    (LEAST + "[stmp]\n", "gateway.toml:4: unknown table 'stmp'; did you mean 'smtp'?"),
    ("colour = 3\n" + LEAST, "gateway.toml:1: unknown key 'colour'; use one of"),
    ("smtp = 3\n" + LEAST, "gateway.toml:1: smtp is not a table; write [smtp] on a line of its own"),
    (LEAST.replace("2526", '"2526"'), "gateway.toml:3: port is not an integer; write port = a number"),
    (LEAST.replace("2526", "true"), "gateway.toml:3: port is not an integer"),
    (LEAST.replace("2526", "70000"), "gateway.toml:3: port 70000 is out of range; use 1 to 65535"),
    (LEAST.replace("2526", "0"), "gateway.toml:3: port 0 is out of range"),
    (LEAST + 'tls = "startls"\n', "gateway.toml:4: unknown tls value 'startls'; did you mean 'starttls'?"),
    (LEAST + "tls = 1\n", "gateway.toml:4: tls is not a string"),
    (LEAST + "verify = 1\n", "gateway.toml:4: verify is not true or false"),
    (LEAST + 'ca_file = "/nowhere.pem"\n', "gateway.toml:4: '/nowhere.pem' cannot be read"),
    (LEAST + '[smtp]\nlisten = "2525"\n', "gateway.toml:5: '2525' is not HOST:PORT; write"),
    (LEAST + '[smtp]\nlisten = "::1:2525"\n', "gateway.toml:5: '::1:2525' is not HOST:PORT; write"),
    (LEAST + '[smtp]\nlisten = "h:99999"\n', "gateway.toml:5: port 99999 is out of range; use 0 to 65535"),
    (LEAST + '[smtp]\nlisten = "a b:25"\n', "gateway.toml:5: 'a b' is not a host name or address"),
    (LEAST + '[smtp]\nlisten = "127.0.0.1:2526"\n', "gateway.toml:3: upstream is the relay's own address"),
    (LEAST + '[smtp]\nlisten = "localhost:2526"\n', "gateway.toml:3: upstream is the relay's own address"),
    (LEAST + '[organization]\ndomains = "a.example"\n', 'gateway.toml:5: domains is not a list; write ["one"'),
    (LEAST + '[organization]\ndomains = [\n"a.example",\n3]\n', "gateway.toml:7: domains number 2 is not a string"),
    (LEAST + '[organization]\ndomains = ["x@a.example"]\n', "gateway.toml:5: 'x@a.example' is not a domain"),
    (LEAST + '[storage]\nkey = "a2V5"\n', "gateway.toml:5: key does not belong in a file; set HUSHGATE_STORAGE__KEY"),
    (LEAST + '[storage]\nurl = "postgresql://u:geheim@h/d"\n', "gateway.toml:5: this version keeps no store on Postg"),
    (LEAST + '[storage]\nurl = "mysql://u:geheim@h/d"\n', "gateway.toml:5: url names an unknown kind of store"),
    (LEAST + '[storage]\nurl = "sqlite://"\n', "gateway.toml:5: url names no file"),
    (LEAST + '[storage]\nurl = "sqlite:///:memory:"\n', "gateway.toml:5: url names no file"),
    (LEAST + '[storage]\nkey_file = " "\n', "gateway.toml:5: is empty; give a path"),
    (LEAST + '[console]\ntrusted_proxies = ["0.0.0.0/0"]\n', "gateway.toml:5: 0.0.0.0/0 trusts everybody; name the"),
    (LEAST + '[console]\ntrusted_proxies = ["lb"]\n', "gateway.toml:5: 'lb' is not a network; write"),
    (LEAST + '[console]\nmetrics_networks = [\n"10.0.0.1/8"]\n', "gateway.toml:6: '10.0.0.1/8' is not a network"),
    (LEAST + '[console]\nhosts = ["http://a.example"]\n', "gateway.toml:5: 'http://a.example' is not a host name"),
    (LEAST + '[console]\nurl = "review.example"\n', "gateway.toml:5: 'review.example' is not the address of a site"),
    (LEAST + '[console]\nurl = "https://a.example/x"\n', "gateway.toml:5: 'https://a.example/x' is not the address"),
    (LEAST + '[console]\nurl = "https://u@a.example"\n', "gateway.toml:5: 'https://u@a.example' is not the address"),
    (LEAST + '[console]\nmetrics_token = "x"\n', "gateway.toml:5: metrics_token does not belong in a file; set HUSH"),
    (LEAST + "[console]\nhead_seconds = 0\n", "gateway.toml:5: head_seconds 0 is out of range; use 1 to 300"),
    (LEAST + "[upstream]\n", "gateway.toml:4: not TOML: Cannot declare ('upstream',) twice"),
    ("[smtp\n", "gateway.toml:1: not TOML"),
]


@pytest.mark.parametrize(("text", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_mistake_names_its_line_and_what_would_be_right(tmp_path: Path, text: str, line: str) -> None:
    found = lines(tmp_path, text)
    assert found[0].startswith(line)
    assert "geheim" not in "".join(found)
    with pytest.raises(Problem) as caught:
        load(tmp_path, {})
    assert str(caught.value).replace(f"{tmp_path}/", "") == found[0]


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("HUSHGATE_CONSOLE__METRICS_TOKEN", "geheim", "is no token; give 20 to 256"),
        ("HUSHGATE_UPSTREAM__PROT", "1", "unknown variable 'HUSHGATE_UPSTREAM__PROT'; did you mean"),
        ("HUSHGATE_UPSTREAM__PORT", "x", "is not an integer"),
        ("HUSHGATE_UPSTREAM__PORT", "70000", "port 70000 is out of range"),
        ("HUSHGATE_UPSTREAM__PORT", "2525", "upstream is the relay's own address"),
        ("HUSHGATE_UPSTREAM__VERIFY", "yes", "is neither true nor false"),
        ("HUSHGATE_ORGANIZATION__DOMAINS", "a.example", "is not a JSON list"),
        ("HUSHGATE_ORGANIZATION__DOMAINS", '{"a": 1}', "domains is not a list"),
        ("HUSHGATE_ORGANIZATION__DOMAINS", '["a b"]', "'a b' is not a domain"),
        ("HUSHGATE_ORGANIZATION__AUTHORITIES", '["a b"]', "'a b' is not a domain"),
        ("HUSHGATE_ORGANIZATION__AUTHORITIES", '["@"]', "'' is not a domain"),
        ("HUSHGATE_ORGANIZATION__AUTHORITIES", '["a@ "]', "'a@ ' is no address and no domain"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path, variable: str, value: str, line: str) -> None:
    assert [found[: len(variable) + 2 + len(line)] for found in lines(tmp_path, LEAST, **{variable: value})] == [
        f"{variable}: {line}"
    ]


def test_check_shows_every_mistake_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[smtp]\nlisten = "x"\nmaxsize = 1\n[upstream]\nport = 0\n[consle]\n'
    found = lines(tmp_path, text, HUSHGATE_SMTP__MAX_SIZE="big")
    places = [line.split(": ")[0] for line in found]
    assert places == [
        "gateway.toml:2",
        "gateway.toml:3",
        "gateway.toml:4",
        "gateway.toml:5",
        "gateway.toml:6",
        "HUSHGATE_SMTP__MAX_SIZE",
    ]


def test_a_folder_without_the_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"gateway\.toml: cannot be read"):
        load(tmp_path, {})
    assert len(problems(tmp_path, {})) == 1


def test_authorities_are_addresses_or_whole_domains(tmp_path: Path) -> None:
    variable = {"HUSHGATE_ORGANIZATION__AUTHORITIES": '["Court.Example", "@Police.example", "Desk@Ministry.example"]'}
    assert load(folder(tmp_path, LEAST), variable).organization.authorities == (
        "@court.example",
        "@police.example",
        "desk@ministry.example",
    )


def test_a_slash_behind_the_address_of_the_pages_is_dropped(tmp_path: Path) -> None:
    text = LEAST + '[console]\nurl = "https://review.platform.example:8443/"\n'
    assert load(folder(tmp_path, text), {}).console.url == "https://review.platform.example:8443"


@pytest.mark.parametrize(
    "more",
    [
        'ca_file = "gone.pem"\ntls = "starttls"\n',
        '[organization]\nstaff = "gone.csv"\n',
        '[smtp]\ntls = "starttls"\ncertificate = "gone.pem"\nprivate_key = "gone.key"\n',
        '[console]\ncertificate = "gone.pem"\nkey = "gone.key"\n',
        '[oidc]\nca_file = "gone.pem"\n',
        '[notices]\nwebhook_ca_file = "gone.pem"\n',
    ],
)
def test_what_was_found_good_is_not_refused_for_a_file_that_is_gone_since(tmp_path: Path, more: str) -> None:
    config = folder(tmp_path, LEAST + more)
    with pytest.raises(Problem):
        load(config, {})
    assert load(config, {}, config, found_good=True).upstream.port == 2526
    (config / "gateway.toml").write_text(LEAST + "[smtp]\nlisten = 5\n", "utf-8")
    with pytest.raises(Problem):
        load(config, {}, config, found_good=True)
