"""What every response carries, and how much a request may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": f"{POLICY}; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
EMBED = "/embed"
"""The one page that other pages may show in a frame."""
MOST_BODY = 300_000
MOST_ADDRESS = 16_000


class Guard:
    """Adds the headers; refuses bodies above :data:`MOST_BODY` bytes and endless addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        framed = scope["path"] == EMBED

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                for name, value in HEADERS.items():
                    if framed and name == "x-frame-options":
                        continue
                    if framed and name == "content-security-policy":
                        value = f"{POLICY}; frame-ancestors *"
                    if framed and name == "cross-origin-resource-policy":
                        value = "cross-origin"
                    if name.encode() not in present:
                        headers.append((name.encode(), value.encode()))
                message["headers"] = headers
            await send(message)

        if len(scope.get("query_string", b"")) > MOST_ADDRESS:
            await _refuse(with_headers, 414, b"The address is too long.")
            return
        given = dict(scope["headers"]).get(b"content-length")
        if given is not None and given.isdigit() and int(given) > MOST_BODY:
            await _refuse(with_headers, 413, b"What was sent is too large.")
            return
        if scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, with_headers)
            return
        # Bodies are small: read the whole first, so that one without a length is bounded too.
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > MOST_BODY:
                await _refuse(with_headers, 413, b"What was sent is too large.")
                return
            if not message.get("more_body", False):
                break
        sent = False

        async def read_again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, read_again, with_headers)


async def _refuse(send: Send, status: int, text: bytes) -> None:
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": text})
