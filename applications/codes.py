"""Public codes: what stands in addresses and letters instead of primary keys. A leaf."""

import secrets

# Without 0/O, 1/I/L and U: fit to be read out over the phone, and to spell nothing.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code(length: int = 10) -> str:
    """A random code, `length` symbols of 4.9 bits each: 10 of them leave nothing to guess at."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
