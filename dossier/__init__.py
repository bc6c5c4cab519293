"""A versioned analytical report made of parameterized notebooks.

The package answers one question per module; ``dossier.cli`` is the command. It knows nothing of any one story:
everything about a story lives in the data package beside it.
"""
