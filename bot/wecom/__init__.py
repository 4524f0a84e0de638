"""WeCom's smart bot (企业微信智能机器人), an adapter of the conversation core: its long connection.

One connection a bot, from us to WeCom: no address of ours need be reached from outside.
"""
