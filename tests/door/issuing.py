"""An issuer of identity tokens with real keys, and a server on loopback that speaks for it."""

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import trustme
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.example.com"
NOW = 1_795_000_000

GITHUB_CLAIMS = {
    "jti": "6f4762f3-0d0b-4b36-9b8f-1f2d8f4f7d1a",
    "sub": "repo:acme/infrastructure:environment:production",
    "iss": GITHUB,
    "ref": "refs/heads/main",
    "ref_type": "branch",
    "ref_protected": "true",
    "sha": "5f6f8b1f6d9f1f0a3c0b6f0d7a8e9c1d2b3a4f5e",
    "repository": "acme/infrastructure",
    "repository_id": "74",
    "repository_owner": "acme",
    "repository_owner_id": "65",
    "repository_visibility": "private",
    "run_id": "9001",
    "run_number": "10",
    "run_attempt": "2",
    "actor": "ada",
    "actor_id": "12",
    "workflow": "deploy",
    "workflow_ref": "acme/infrastructure/.github/workflows/deploy.yml@refs/heads/main",
    "job_workflow_ref": "acme/infrastructure/.github/workflows/deploy.yml@refs/heads/main",
    "head_ref": "",
    "base_ref": "",
    "event_name": "push",
    "environment": "production",
    "runner_environment": "github-hosted",
}
"""https://docs.github.com/en/actions/reference/security/oidc"""

GITLAB_CLAIMS = {
    "jti": "235b3a54-b797-45c7-ae9a-f72d7bc6ef5b",
    "sub": "project_path:acme/infrastructure:ref_type:branch:ref:main",
    "iss": GITLAB,
    "namespace_id": "72",
    "namespace_path": "acme",
    "project_id": "20",
    "project_path": "acme/infrastructure",
    "project_visibility": "private",
    "user_id": "1",
    "user_login": "ada",
    "user_email": "ada@acme.example",
    "user_access_level": "owner",
    "user_identities": [{"provider": "github", "extern_uid": "2435223452345"}],
    "groups_direct": ["acme", "acme/platform"],
    "pipeline_id": "574",
    "pipeline_source": "push",
    "job_id": "302",
    "ref": "main",
    "ref_type": "branch",
    "ref_path": "refs/heads/main",
    "ref_protected": "true",
    "environment": "production",
    "environment_protected": "true",
    "deployment_tier": "production",
    "environment_action": "start",
    "runner_id": 1,
    "runner_environment": "self-hosted",
    "sha": "714a629c0b401fdce83e847fc9589983fc6f46bc",
}
"""https://docs.gitlab.com/ci/secrets/id_token_authentication/"""


def private(algorithm: str, which: int = 0):
    """Return a private key for `algorithm`; each number has its own."""
    return made(algorithm, which)


@cache
def made(algorithm: str, _which: int):
    match algorithm:
        case "RS256":
            return rsa.generate_private_key(65537, 2048)
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()


def jwk(algorithm: str = "RS256", which: int = 0, **more: object) -> dict:
    """Return the public key as its issuer publishes it; None takes a member away."""
    maker = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[algorithm]
    public = maker.to_jwk(private(algorithm, which).public_key(), as_dict=True)
    public.pop("key_ops", None)
    whole = public | {"use": "sig", "alg": algorithm, "kid": f"{algorithm}-{which}"} | more
    return {name: value for name, value in whole.items() if value is not None}


def jwks(*keys: dict) -> bytes:
    return json.dumps(
        {"keys": keys or [jwk(name) for name in ("RS256", "ES256", "EdDSA")]}
    ).encode()


def token(
    claims: Mapping[str, object],
    *,
    algorithm: str = "RS256",
    which: int = 0,
    headers: Mapping[str, object] | None = None,
    key: object = None,
) -> str:
    """Sign `claims`; None takes a claim or a header away."""
    named = {"kid": f"{algorithm}-{which}", **(headers or {})}
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        private(algorithm, which) if key is None else key,
        algorithm=algorithm,
        headers={name: value for name, value in named.items() if value is not None},
    )


def lasting(claims: Mapping[str, object], audience: object, **more: object) -> dict:
    """Return `claims` for `audience`, issued now and good for five minutes."""
    times = {"aud": audience, "iat": NOW, "nbf": NOW - 5, "exp": NOW + 300}
    return {**claims, **times, **more}


class Server:
    """What answered, and what it was asked."""

    def __init__(self, url: str, authorities: bytes) -> None:
        self.url = url
        self.authorities = authorities
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.jwks = jwks()
        self.claims: dict[str, object] = {}
        self.answer: Callable[[str], tuple[int, dict[str, str], bytes]] | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def env(self) -> dict[str, str]:
        """Return what a job of GitHub Actions is given."""
        return {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/42//idtoken/1/2?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": BEARER,
        }

    def respond(self, target: str) -> tuple[int, dict[str, str], bytes]:
        if self.answer is not None:
            return self.answer(target)
        parts = urlsplit(target)
        if parts.path == "/.well-known/jwks":
            return 200, {}, self.jwks
        (audience,) = parse_qs(parts.query)["audience"]
        value = token(lasting(self.claims, audience))
        return 200, {}, json.dumps({"count": len(value), "value": value}).encode()


BEARER = "bearer-CANARY-eyJ0eXAi"


@contextlib.contextmanager
def serving(*, tls: bool = True) -> Iterator[Server]:
    """Run a server on loopback; with TLS its certificate is of an authority nobody knows."""
    authority = trustme.CA()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            served.asked.append((self.path, dict(self.headers)))
            status, headers, body = served.respond(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.handle_error = lambda *_: None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost").configure_cert(context)
            # Shaken hands with by the thread of the connection, which also ends it.
            http.socket = context.wrap_socket(
                http.socket, server_side=True, do_handshake_on_connect=False
            )
        name = "https://localhost" if tls else "http://127.0.0.1"
        served = Server(f"{name}:{http.server_port}", authority.cert_pem.bytes())
        running = threading.Thread(target=http.serve_forever, args=(0.01,))
        running.start()
        try:
            yield served
        finally:
            http.shutdown()
            running.join()


def written(path: Path, data: bytes) -> str:
    """Write a file that settings may name, and return its path."""
    path.write_bytes(data)
    path.chmod(0o600)
    return str(path)
