"""Secrets: vendor shapes are found and masked, look-alikes are not. Every key is assembled here."""

from __future__ import annotations

import random
import string

import msgspec
import pytest
from shipsmith_controls.facts.secrets import find, hide

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def some(length: int, alphabet: str = ALNUM) -> str:
    """Random characters, the same in every run, without runs that count or repeat."""
    return "".join(random.Random(length).choices(alphabet, k=length))


VENDORS = {
    "OpenAI": "sk-proj-" + some(74) + "T3Blbk" + "FJ" + some(74),
    "Anthropic": "sk-ant-" + "api03-" + some(93) + "AA",
    "OpenRouter": "sk-or-" + "v1-" + some(64, HEX),
    "Google": "AI" + "za" + some(35),
    "AWS": "AK" + "IA" + some(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "AWS Bedrock": "AB" + "SK" + some(120),
    "Hugging Face": "hf" + "_" + some(34, string.ascii_letters),
    "Perplexity": "pplx" + "-" + some(48),
    "Databricks": "da" + "pi" + some(32, HEX),
    "Groq": "gsk" + "_" + some(52),
    "xAI": "xai" + "-" + some(80),
    "Replicate": "r8" + "_" + some(37),
    "Langfuse": "sk-" + "lf-" + "-".join(some(n, HEX) for n in (8, 4, 4, 4, 12)),
    "LangSmith": "lsv2" + "_pt_" + some(32, HEX) + "_" + some(10, HEX),
    "NVIDIA": "nvapi" + "-" + some(64),
    "Cerebras": "csk" + "-" + some(48, string.ascii_lowercase + string.digits),
    "Jina": "jina" + "_" + some(60),
    "Pinecone": "pcsk" + "_" + some(6) + "_" + some(63),
    "Supabase": "sb_" + "secret_" + some(31),
    "Tavily": "tvly" + "-dev-" + some(32),
    "E2B": "e2b" + "_" + some(40, HEX),
    "GitHub": "gh" + "p_" + some(36),
    "Stripe": "sk_" + "live_" + some(24),
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_key_is_found_and_masked(vendor: str) -> None:
    key = VENDORS[vendor]
    (hit,) = find(f'x = 1\nclient = Client("{key}")\n'.encode())
    assert (hit.line, hit.kind, hit.vendor, hit.sure) == (2, "vendor", vendor, True)
    assert hit.masked == key[:6] + "…"
    assert key[10:].encode() not in msgspec.json.encode(hit)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_hidden_source_keeps_its_lines_and_loses_the_key(vendor: str) -> None:
    key = VENDORS[vendor]
    source = f'x = 1\nclient = Client("{key}")\ny = 2\n'.encode()
    assert hide(source).decode() == f'x = 1\nclient = Client("{key[:6]}…")\ny = 2\n'


def test_a_hidden_private_key_leaves_its_lines_empty() -> None:
    begin, end = "-----BEGIN " + "PRIVATE KEY-----", "-----END " + "PRIVATE KEY-----"
    source = f"a = 1\n{begin}\n{some(64)}\n{some(63)}\n{end}\nb = 2\n"
    hidden = hide(source.encode()).decode()
    assert some(64) not in hidden
    assert hidden.splitlines()[0] == "a = 1"
    assert hidden.splitlines()[5] == "b = 2"


@pytest.mark.parametrize("line", ["COHERE_API_KEY={}", "co.Client('{}')  # cohere", 'cohere_key: "{}"'])
def test_a_key_without_shape_needs_a_word_before_it(line: str) -> None:
    hits = find(line.format(some(40)).encode())
    assert all(hit.vendor == "Cohere" and not hit.sure for hit in hits) or hits[0].kind == "generic"


@pytest.mark.parametrize(
    "text",
    [
        "ta" + VENDORS["OpenAI"],
        "data-ta" + "sk-prompt-input",
        "sk-" + "test-key-" + "0" * 40,
        "sk-ant-" + "api03-your_key_" + some(80) + "_here",
        "AK" + "IAIOSFODNN7" + "EXAMPLE",
        "hf" + "_" + "x" * 34,
        "gsk" + "_" + "12345678" * 6 + "abcd",
        "AI" + "za" + "A" * 35,
    ],
)
def test_look_alikes_are_none(text: str) -> None:
    assert find(f'value("{text}")'.encode()) == ()


class TestLiterals:
    def test_a_random_literal_in_a_secret_name(self) -> None:
        (hit,) = find(f'AUTH_SECRET = "{some(32)}"\n'.encode())
        assert (hit.kind, hit.name, hit.line) == ("generic", "AUTH_SECRET", 1)

    @pytest.mark.parametrize(
        "line",
        [
            "API_KEY={}",
            "export MY_TOKEN='{}'",
            '"apiKey": "{}",',
            "api_key: {}",
            'const clientSecret: string = "{}"',
        ],
    )
    def test_every_way_to_assign(self, line: str) -> None:
        assert len(find(line.format(some(32)).encode())) == 1

    @pytest.mark.parametrize(
        "line",
        [
            'API_KEY = "${OPENAI_API_KEY_FROM_ENV}"',
            "API_KEY = {{ .Values.openai.apiKey99 }}",
            'api_key = "OPENAI_API_KEY_PRODUCTION"',
            'token = "settings.tokenLimit.titleText"',
            f'cache_key = "{some(32)}"',
            f'NEXT_PUBLIC_ANON_KEY = "{some(32)}"',
            f'api_key = "your-{some(32)}"',
            'api_key = os.environ["OPENAI_API_KEY"]',
            "const key = response.data.items[0].identifier12",
            f'api_key = "phc_{some(40)}"',
            'api_key = "short1"',
            'api_key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"',
            'monkey = "see" # key',
        ],
    )
    def test_references_names_and_public_keys_are_none(self, line: str) -> None:
        assert find(line.encode()) == ()


def test_a_private_key_block() -> None:
    block = "-----BEGIN " + "PRIVATE KEY-----\n" + some(64) + "\n"
    assert [(hit.line, hit.kind) for hit in find(f"a\n{block}".encode())] == [(2, "private-key")]
    assert find(("-----BEGIN " + "PRIVATE KEY-----\n...\n").encode()) == ()


def test_a_signed_url_tells_its_expiry() -> None:
    url = "https://x.blob.core.windows.net/c?sv=2022&se=2030-01-02T00:00:00Z&sig=" + some(43) + "%3D"
    (hit,) = find(f'"{url}"'.encode())
    assert (hit.kind, hit.expires) == ("sas", "2030-01-02")


def test_a_finding_is_reported_once() -> None:
    assert len(find(f'OPENAI_API_KEY = "{VENDORS["OpenAI"]}"'.encode())) == 1
