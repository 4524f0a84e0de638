"""A question to ranked passages: question, scope, ranking, search, the LangChain retriever.

Knows understanding and storage; does not know loading.
"""
