"""The vocabulary: every fact, its subject and its codec. Imports msgspec only."""
