"""What happens in a chat, whatever the app: messages, menus, features, inbox, outbox, queues.

Knows the assistant and what lies below it; no chat app and no vendor.
"""
