"""Signatures of people, in the form of OpenSSH, so that `ssh-keygen -Y verify` can check them."""
