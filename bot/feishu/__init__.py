"""Feishu (飞书), an adapter of the conversation core: its long connection, its cards, its API.

Written over websockets and httpx: ``lark-channel-sdk`` holds websockets below 16, keeps its
connection on a loop of its module that must run in a thread, and takes 1.6 s to import.
"""
