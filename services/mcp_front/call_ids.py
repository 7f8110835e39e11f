"""Which call a request is: the same request of the same principal is the same call. Pure."""

import hashlib
import secrets


def identify(principal: str, request_id: str) -> str:
    """Return the call's id: a hash of principal and request id, random without one."""
    if not request_id:
        return f"c{secrets.token_hex(10)}"
    return (
        "c"
        + hashlib.sha256(f"{principal}\0{request_id}".encode("utf-8", "surrogatepass")).hexdigest()[
            :20
        ]
    )


def name_session(call_id: str) -> str:
    """Return the id of the session that a call opens; a repeat opens no second one."""
    return "s" + hashlib.sha256(f"session\0{call_id}".encode()).hexdigest()[:12]
