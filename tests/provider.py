"""A real provider of OpenID Connect for the tests, on loopback: `python tests/provider.py PORT`.

Whoever opens its page chooses who they are, and it signs what it says with a key of its own (RS256, PKCE, codes used once).
"""

import base64
import hashlib
import secrets
import sys
import time
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "explorer", "a-secret-between-server-and-provider"
PEOPLE = {
    "ann": {"name": "Ann", "email": "ann@example.org", "email_verified": True},
    "eve": {"name": "Eve", "email": "eve@elsewhere.example", "email_verified": True},
    "mallory": {"name": "Mallory", "email": "ann@example.org", "email_verified": False},
}


def make_provider(issuer: str) -> Starlette:
    """Return the provider, which calls itself `issuer`."""
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    codes: dict[str, dict[str, str]] = {}

    async def discovery(_request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }
        )

    async def jwks(_request: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False)]})

    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT or "nonce" not in asked or asked.get("code_challenge_method") != "S256":
            return Response("no such client, no nonce or no challenge", 400)
        chosen = asked.pop("choose", None)
        if chosen is None:
            links = [f'<p><a href="?{escape(urlencode(asked | {"choose": name}))}">I am {name}</a>' for name in PEOPLE]
            return HTMLResponse("<title>Provider</title>" + "".join(links))
        code = secrets.token_urlsafe()
        codes[code] = asked | {"sub": chosen}
        return RedirectResponse(
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", status_code=302
        )

    async def token(request: Request) -> Response:
        form = await request.form()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = request.headers.get("authorization") == f"Basic {basic}" or form.get("client_secret") == SECRET
        asked = codes.pop(str(form.get("code")), None)
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not known or asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"sub": asked["sub"], **PEOPLE[asked["sub"]]}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return JSONResponse({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": signed})

    routes = [
        Route("/.well-known/openid-configuration", discovery),
        Route("/jwks", jwks),
        Route("/authorize", authorize),
        Route("/token", token, methods=["POST"]),
        Route("/_stcore/health", jwks),  # what the tests wait for
    ]
    return Starlette(routes=routes)


if __name__ == "__main__":
    port = int(sys.argv[-1].rpartition("=")[2])
    uvicorn.run(make_provider(f"http://localhost:{port}"), host="localhost", port=port, log_level="warning")
