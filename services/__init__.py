"""The processes: one folder each; they share the runtime, the policy and the contract only."""
