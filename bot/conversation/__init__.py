"""What happens in a chat, whatever the app: messages, menus, features, queues, sending.

The inbox and outbox that it works with are kept in ``bot/state/``.
"""
