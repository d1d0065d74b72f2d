"""
Guards for agent frameworks: what a tool would do is judged before the framework runs it.

Every guard works alike; :mod:`guardrail.agents.frameworks.guard` holds what they share.
"""
