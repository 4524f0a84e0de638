import socket

from bot.http_server import listen_at


def test_no_part_of_an_answer_waits_until_the_one_before_is_acknowledged() -> None:
    with (
        listen_at("127.0.0.1:0") as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
