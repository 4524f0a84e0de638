"""WeCom's smart bot (企业微信智能机器人), an adapter of the conversation core.

Over its long connection, one a bot, from us to WeCom: no address of ours need be reached from
outside. Or, where a private deployment has none, over its callback: WeCom calls us.
"""
