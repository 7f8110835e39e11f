"""How to run a service, once for all of them."""
