from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.context import Attachment, RequestContext
from bot.conversation.features import uploads
from bot.conversation.messages import Outcome
from bot.conversation.wording import plain
from bot.errors import DailyUploadsUsed, Stopped, UploadsFull
from bot.ids import short_id
from bot.uploads.files import UploadLimits
from knowledge.errors import EmbeddingFailed
from knowledge.library import Library
from knowledge.models import Section
from knowledge.reading import text as text_reader
from knowledge.reading.encoding import decode
from knowledge.storage.sqlite import write_lock
from knowledge.understanding import pipeline
from knowledge.understanding.outline import read_outline
from tests.bot.conversation.features.office.conftest import (
    ADMIN,
    EDITOR,
    NOON,
    READER,
    Office,
    buttons_of,
    data_of,
    text_of,
)
from tests.bot.conversation.features.walking import messages
from tests.bot.uploads.packing import marked_encrypted, packed
from tests.knowledge.material import report_text
from tests.patience import PATIENCE

UNDO, UNDO_ALL = plain("upload.undo"), plain("upload.undo_all")
LOOK, STORE = plain("check.look"), plain("check.store")
BUREAU, PERIOD = plain("upload.wrong_bureau"), plain("upload.wrong_period")
TEXT, NEWER = report_text(0, 2023), report_text(8, 2023)  # 青禾县 both
OTHER = report_text(1, 2023)  # 白鹭区
NAMELESS = "一、主要工作\n检查食品单位120家，立案3件。\n二、存在的问题\n监管力量不足。\n"


def send(
    office: Office,
    name: str,
    data: bytes | str,
    *,
    caption: str = "",
    context: RequestContext | None = None,
) -> Outcome:
    context = context or office.context(EDITOR)
    context = replace(context, attachment=office.upload(name, data))
    return uploads.upload(context, caption)


def tap(office: Office, said: Outcome, label: str, user_id: str = EDITOR) -> Outcome:
    return uploads.on_upload_press(office.context(user_id), data_of(said, label))


def test_a_report_is_taken_in_and_what_was_understood_is_told(empty_office: Office) -> None:
    said = send(empty_office, "青禾县.txt", TEXT)
    (entry,) = empty_office.library.reports()
    told = text_of(said)
    for word in ("青禾县.txt", "青禾县市场监管局", "2023年", f"{entry.passages} 段"):
        assert word in told
    assert set(buttons_of(said)) == {BUREAU, PERIOD, LOOK, UNDO}
    assert empty_office.files() == [f"{short_id(EDITOR)}/青禾县.txt"]
    assert empty_office.library.find_report("青禾县2023年").text.strip() == TEXT.strip()
    assert empty_office.actions() == ["upload"]


@pytest.mark.parametrize("caption", ["", "清河县 2023年上半年"])
def test_a_file_is_read_and_understood_once(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch, caption: str
) -> None:
    counts: Counter[str] = Counter()

    def count_reading(data: bytes) -> str:
        counts["read"] += 1
        return decode(data)

    def count_outlining(text: str) -> tuple[Section, ...]:
        counts["understood"] += 1
        return read_outline(text)

    monkeypatch.setattr(text_reader, "decode", count_reading)
    monkeypatch.setattr(pipeline, "read_outline", count_outlining)
    send(empty_office, "青禾县.txt", NAMELESS, caption=caption)
    assert counts == {"read": 1, "understood": 1}
    assert empty_office.library.reports()


def test_how_it_is_done_is_told(empty_office: Office) -> None:
    said = uploads.upload_help(empty_office.context(EDITOR), "")
    assert "20 MB" in text_of(said)


def test_a_caption_tells_what_the_report_does_not(empty_office: Office) -> None:
    send(empty_office, "a.txt", NAMELESS, caption="云溪县 2023年上半年")
    assert empty_office.held() == {"a.txt": ("云溪县市场监管局", "2023年上半年")}


def test_what_is_not_known_is_asked_for(empty_office: Office) -> None:
    said = send(empty_office, "a.txt", NAMELESS)
    assert plain("upload.doubt") in text_of(said)
    assert {plain("upload.tell_bureau"), plain("upload.tell_period")} <= set(buttons_of(said))


def test_the_same_update_again_ends_the_same(empty_office: Office) -> None:
    context = empty_office.context(EDITOR)
    first = send(empty_office, "青禾县.txt", TEXT, context=context)
    generation = empty_office.library._store.generation
    assert send(empty_office, "青禾县.txt", TEXT, context=context) == first
    assert empty_office.library._store.generation == generation
    assert empty_office.files() == [f"{short_id(EDITOR)}/青禾县.txt"]
    assert empty_office.contents() == 1
    assert empty_office.actions() == ["upload"]


@pytest.mark.parametrize("step", ["write", "load"])
def test_a_crash_in_between_is_made_good_by_the_next_attempt(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    context = empty_office.context(EDITOR)

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    target = "place_current" if step == "write" else "sync"
    with monkeypatch.context() as patch:
        patch.setattr(f"bot.uploads.uploader.UploadFolder.{target}", killed)
        with pytest.raises(KeyboardInterrupt):
            send(empty_office, "青禾县.txt", TEXT, context=context)
    send(empty_office, "青禾县.txt", TEXT, context=context)
    assert empty_office.held() == {"青禾县.txt": ("青禾县市场监管局", "2023年")}
    assert empty_office.files() == [f"{short_id(EDITOR)}/青禾县.txt"]


def test_undo_takes_the_report_and_the_file_away(empty_office: Office) -> None:
    said = send(empty_office, "青禾县.txt", TEXT)
    context = empty_office.context(EDITOR)
    undone = uploads.on_upload_press(context, data_of(said, UNDO))
    assert not empty_office.library.reports()
    assert not empty_office.files()
    assert not buttons_of(undone)
    assert uploads.on_upload_press(context, data_of(said, UNDO)) == undone
    assert empty_office.actions() == ["upload", "undo_upload"]


def test_the_same_name_again_is_a_new_version_and_undo_brings_the_former_back(
    empty_office: Office,
) -> None:
    first = send(empty_office, "青禾县.txt", TEXT)
    second = send(empty_office, "青禾县.txt", NEWER)
    assert text_of(second).startswith(plain("upload.replaced", name="青禾县.txt"))
    (entry,) = empty_office.library.reports()
    assert empty_office.library.report(entry.id).text == NEWER
    assert tap(empty_office, first, UNDO).toast == plain("upload.overtaken")
    assert plain("upload.undone_former", name="青禾县.txt") in text_of(
        tap(empty_office, second, UNDO)
    )
    (entry,) = empty_office.library.reports()
    assert empty_office.library.report(entry.id).text == TEXT
    tap(empty_office, first, UNDO)
    assert not empty_office.library.reports()
    assert not empty_office.files()


def test_another_report_of_the_same_name_lies_beside_it(empty_office: Office) -> None:
    send(empty_office, "总结.txt", TEXT)
    send(empty_office, "总结.txt", OTHER)
    send(empty_office, "总结.txt", report_text(0, 2022))
    assert empty_office.held() == {
        "总结.txt": ("青禾县市场监管局", "2023年"),
        "总结（2）.txt": ("白鹭区市场监管局", "2023年"),
        "总结（3）.txt": ("青禾县市场监管局", "2022年"),
    }


def test_two_people_s_files_of_one_name_do_not_touch(empty_office: Office) -> None:
    send(empty_office, "总结.txt", TEXT)
    send(empty_office, "总结.txt", NEWER, context=empty_office.context(ADMIN))
    assert empty_office.files() == [f"{short_id(EDITOR)}/总结.txt", f"{short_id(ADMIN)}/总结.txt"]
    assert len(empty_office.library.reports()) == 2


def test_a_text_that_the_library_holds_is_not_kept_twice(office: Office) -> None:
    before = office.held()
    text = office.library.report(office.library.reports()[0].id).text
    said = send(office, "又一份.txt", text)
    assert office.held() == before
    assert not office.files()
    assert not office.contents()
    assert not buttons_of(said)
    assert not office.actions()


def test_one_s_own_text_told_otherwise_is_told_anew(empty_office: Office) -> None:
    send(empty_office, "青禾县.txt", TEXT)
    said = send(empty_office, "青禾县.txt", TEXT, caption="云溪县 2022年")
    assert empty_office.held() == {"青禾县.txt": ("云溪县市场监管局", "2022年")}
    tap(empty_office, said, UNDO)
    assert empty_office.held() == {"青禾县.txt": ("青禾县市场监管局", "2023年")}


def test_what_was_corrected_before_stays_when_more_is_told(empty_office: Office) -> None:
    send(empty_office, "a.txt", NAMELESS, caption="2022年")
    send(empty_office, "a.txt", NAMELESS, caption="云溪县")
    assert empty_office.held() == {"a.txt": ("云溪县市场监管局", "2022年")}


def test_bureau_and_period_are_corrected_by_buttons(office: Office) -> None:
    said = send(office, "a.txt", NAMELESS)
    choice = tap(office, said, plain("upload.tell_bureau"))
    card = tap(office, choice, "苇塘区市场监管局")
    years = tap(office, card, plain("upload.tell_period"))
    parts = tap(office, years, plain("upload.year", year=2022))
    context = office.context(EDITOR)
    data = data_of(parts, "下半年")
    card = uploads.on_upload_press(context, data)
    assert office.held()["a.txt"] == ("苇塘区市场监管局", "2022年下半年")
    assert "苇塘区市场监管局" in text_of(card)
    assert "2022年下半年" in text_of(card)
    assert uploads.on_upload_press(context, data) == card
    assert office.actions() == ["upload", "correct", "correct"]


def test_choosing_leads_back(empty_office: Office) -> None:
    said = send(empty_office, "青禾县.txt", TEXT)
    for label in (BUREAU, PERIOD):
        choice = tap(empty_office, said, label)
        back = tap(empty_office, choice, plain("button.back"))
        assert set(buttons_of(back)) == set(buttons_of(said))


def test_only_the_sender_and_administrators_tap(empty_office: Office) -> None:
    said = send(empty_office, "青禾县.txt", TEXT)
    assert tap(empty_office, said, UNDO, READER).toast == plain("button.not_yours")
    assert empty_office.library.reports()
    tap(empty_office, said, UNDO, ADMIN)
    assert not empty_office.library.reports()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "PDF"),
        ("a.txt", b"", "空的"),
        ("a.txt", bytes(range(256)) * 4, "不是文本文件"),
        ("a.zip", b"PK\x03\x04 nothing more", "损坏"),
        ("a.rar", b"Rar!\x1a\x07\0", "压缩包"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "图片"),
    ],
)
def test_what_cannot_be_read_leaves_nothing_behind(
    empty_office: Office, name: str, data: bytes, reason: str
) -> None:
    said = send(empty_office, name, data)
    assert reason in text_of(said)
    assert not buttons_of(said)
    assert not empty_office.files()
    assert not empty_office.contents()
    assert not empty_office.library.reports()
    assert not empty_office.actions()


def test_a_file_over_the_limit_is_not_even_opened(empty_office: Office) -> None:
    upload = replace(empty_office.upload("大.txt", "x"), size=(20 << 20) + 1, path=Path("nowhere"))
    context = empty_office.context(EDITOR, attachment=upload)
    said = uploads.upload(context, "")
    assert "20 MB" in text_of(said)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (UploadLimits(all_files=1), str(UploadsFull())),
        (UploadLimits(all_bytes=len(TEXT.encode()) + 10), str(UploadsFull())),
        (UploadLimits(daily_files=1), str(DailyUploadsUsed())),
        (UploadLimits(daily_bytes=len(TEXT.encode()) + 10), str(DailyUploadsUsed())),
        (UploadLimits(characters=len(TEXT)), "文字太多"),
    ],
)
def test_no_more_is_kept_than_allowed(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch, limits: UploadLimits, reason: str
) -> None:
    monkeypatch.setattr(uploads, "LIMITS", limits)
    context = empty_office.context(EDITOR)
    send(empty_office, "甲.txt", TEXT, context=context)
    send(empty_office, "甲.txt", TEXT, context=context)  # again, which takes no more room
    said = send(empty_office, "乙.txt", OTHER + "附注。" * (reason == "文字太多") * 300)
    assert reason in text_of(said)
    assert empty_office.files() == [f"{short_id(EDITOR)}/甲.txt"]
    if "明天再发" in reason:
        later = empty_office.context(EDITOR, now=NOON + 86_401)
        assert reason not in text_of(send(empty_office, "乙.txt", OTHER, context=later))


def test_while_a_file_is_read_others_may_write(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = empty_office.services.data_dir
    free: list[bool] = []

    def read_slowly(text: str) -> tuple[Section, ...]:
        with write_lock(data_dir):
            free.append(True)
        return read_outline(text)

    monkeypatch.setattr(pipeline, "read_outline", read_slowly)
    send(empty_office, "青禾县.txt", TEXT)
    assert free == [True]
    assert empty_office.files() == [f"{short_id(EDITOR)}/青禾县.txt"]


@pytest.mark.usefixtures("vector_index")
def test_what_an_archive_holds_is_read_a_few_at_a_time(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_READ_AT_ONCE", 2)
    archive = packed({f"{n}.txt": report_text(n).encode() for n in range(5)})
    send(empty_office, "各局.zip", archive)
    assert len(empty_office.library.reports()) == len(empty_office.files()) == 5
    assert empty_office.library.index_is_current()


def test_a_library_that_is_being_written_keeps_nothing_and_says_so(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.library._LOCK_SECONDS", 0.01)
    said = send(empty_office, "青禾县.txt", TEXT)
    with write_lock(empty_office.services.data_dir):
        busy = send(empty_office, "白鹭区.txt", OTHER)
        undo = tap(empty_office, said, UNDO)
    assert text_of(busy) == plain("upload.busy")
    assert undo == Outcome(toast=plain("upload.button_busy"), alert=True)
    assert empty_office.files() == [f"{short_id(EDITOR)}/青禾县.txt"]
    assert empty_office.contents() == 1


def test_a_failure_of_the_embedder_leaves_what_was_there(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(empty_office, "青禾县.txt", TEXT)

    def fail(*_given: object) -> None:
        raise EmbeddingFailed(reason="不通")

    with monkeypatch.context() as patch:
        patch.setattr("knowledge.storage.builtin_embedder.BuiltinEmbedder.embed", fail)
        with pytest.raises(EmbeddingFailed):
            send(empty_office, "青禾县.txt", NEWER)
    (entry,) = empty_office.library.reports()
    assert empty_office.library.report(entry.id).text == TEXT
    lies = empty_office.services.data_dir / "uploads" / short_id(EDITOR) / "青禾县.txt"
    assert lies.read_text(encoding="utf-8") == TEXT
    assert empty_office.contents() == 1
    assert empty_office.state.uploads.usage().files == 1


def test_an_archive_is_taken_file_by_file(empty_office: Office) -> None:
    data = packed(
        {"一/总结.txt": TEXT, "二/总结.txt": OTHER, "图.jpg": b"\xff\xd8\xff", "又.txt": TEXT,
         "里.zip": packed({"x.txt": "x"})}
    )  # fmt: skip
    said = send(empty_office, "报告.zip", data)
    assert empty_office.held() == {
        "总结.txt": ("青禾县市场监管局", "2023年"),
        "总结（2）.txt": ("白鹭区市场监管局", "2023年"),
    }
    counts = {"taken": 2, "known": 1, "refused": 2}
    assert plain("upload.many", name="报告.zip", **counts) in text_of(said)
    assert "这是压缩包" in text_of(said)
    assert empty_office.progress[-1] == (5, 5)
    assert set(buttons_of(said)) == {"总结.txt", "总结（2）.txt", UNDO_ALL}


def test_each_file_of_an_archive_has_its_card_and_all_can_be_undone(empty_office: Office) -> None:
    context = empty_office.context(EDITOR)
    data = packed({"青禾县.txt": TEXT, "白鹭区.txt": OTHER})
    said = send(empty_office, "报告.zip", data, context=context)
    assert send(empty_office, "报告.zip", data, context=context) == said
    card = tap(empty_office, said, "白鹭区.txt")
    assert "白鹭区市场监管局" in text_of(card)
    tap(empty_office, card, UNDO)
    assert list(empty_office.held()) == ["青禾县.txt"]
    back = tap(empty_office, card, plain("button.back"))
    assert set(buttons_of(back)) == {"青禾县.txt", UNDO_ALL}
    tap(empty_office, back, UNDO_ALL)
    assert not empty_office.held()
    assert not empty_office.files()


def test_an_archive_of_many_long_names_is_told_in_messages_that_fit(empty_office: Office) -> None:
    files = {f"{n:03}{'&<😀' * 20}.txt": f"%PDF-{n}" for n in range(200)}
    said = send(empty_office, "报告.zip", packed(files))
    assert text_of(said).count("✗") == 200
    assert sum(len(messages(reply)) for reply in said.replies) > 2


def test_two_files_of_one_name_in_an_archive_are_both_kept(empty_office: Office) -> None:
    send(empty_office, "报告.zip", packed({"一/a.txt": NAMELESS, "二/a.txt": NAMELESS + "另。\n"}))
    assert set(empty_office.held()) == {"a.txt", "a（2）.txt"}


def test_an_archive_of_secrets_is_refused_line_by_line(empty_office: Office) -> None:
    said = send(empty_office, "密.zip", marked_encrypted(packed({"甲.txt": "x", "乙.txt": "y"})))
    assert text_of(said).count("加了密码") == 2
    assert not buttons_of(said)
    assert not empty_office.files()


def test_stopping_keeps_what_is_in_and_says_so(empty_office: Office) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 1:
            raise Stopped

    context = empty_office.context(EDITOR, progress=stop)
    said = send(
        empty_office, "报告.zip", packed({"甲.txt": TEXT, "乙.txt": OTHER}), context=context
    )
    assert plain("upload.stopped") in text_of(said)
    assert list(empty_office.held()) == ["甲.txt"]
    assert UNDO_ALL in buttons_of(said)


def test_a_manifest_that_is_sent_rules_nobody_s_reports(empty_office: Office) -> None:
    send(empty_office, "manifest.csv", "文件,单位\n青禾县.txt,假局\n")
    send(empty_office, "青禾县.txt", TEXT)
    assert empty_office.held()["青禾县.txt"] == ("青禾县市场监管局", "2023年")


def test_what_was_withdrawn_long_ago_is_let_go(empty_office: Office) -> None:
    said = send(empty_office, "青禾县.txt", TEXT)
    tap(empty_office, said, UNDO)
    assert empty_office.contents() == 1
    send(empty_office, "a.txt", OTHER, context=empty_office.context(EDITOR, now=NOON + 31 * 86_400))
    assert empty_office.contents() == 1
    assert tap(empty_office, said, UNDO).toast == plain("button.stale")


def test_undo_reaches_a_library_whose_folder_was_moved(
    empty_office: Office, make_office: Callable[[Path], Office]
) -> None:
    said = send(empty_office, "青禾县.txt", TEXT)
    newer = send(empty_office, "白鹭区.txt", OTHER)
    send(empty_office, "白鹭区.txt", report_text(9), context=empty_office.context(EDITOR))
    empty_office.library.close()
    empty_office.state.close()
    before = empty_office.services.data_dir
    moved = make_office(before.rename(before.with_name("moved")))
    assert len(moved.held()) == 2
    tap(moved, said, UNDO)
    assert set(moved.held()) == {"白鹭区.txt"}
    assert tap(moved, newer, UNDO).toast == plain("upload.overtaken")
    assert moved.files() == [f"{short_id(EDITOR)}/白鹭区.txt"]


def test_the_library_that_others_have_open_sees_the_report(
    empty_office: Office, make_office: Callable[[Path], Office]
) -> None:
    send(empty_office, "青禾县.txt", TEXT)
    other = make_office(empty_office.services.data_dir)
    assert isinstance(other.library, Library)
    assert other.held() == empty_office.held()


@pytest.mark.usefixtures("vector_index")
def test_several_workers_take_files_at_once(
    empty_office: Office, make_office: Callable[[Path], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.library._LOCK_SECONDS", PATIENCE)
    offices = [empty_office, make_office(empty_office.services.data_dir)]
    offices[1].services = replace(offices[1].services, state=empty_office.state)
    handed = []
    for worker, office in enumerate(offices):
        services = vars(office.services)
        for number in (worker, worker + 2):
            path = empty_office.folder / f"incoming-{number}"
            path.write_text(report_text(number), encoding="utf-8")
            upload = Attachment("总结.txt", path.stat().st_size, path)
            context = empty_office.context(EDITOR, attachment=upload, **services)
            handed.append((context, ""))
    with ThreadPoolExecutor(2) as pool:
        halves = [pool.submit(lambda h: [uploads.upload(*each) for each in h], handed[n : n + 2])
                  for n in (0, 2)]  # fmt: skip
        said = [text_of(each) for half in halves for each in half.result()]
    assert len(set(said)) == 4
    assert len(empty_office.library.reports()) == 4
    assert len(empty_office.files()) == 4
    assert empty_office.library.index_is_current()


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.text(max_size=300))
def test_whatever_a_file_is_called_it_lies_among_the_uploads(
    empty_office: Office, name: str
) -> None:
    root = empty_office.services.data_dir / "uploads"
    said = send(empty_office, name, TEXT)
    if not empty_office.library.reports():
        raise AssertionError(text_of(said))
    (entry,) = empty_office.library.reports()
    (lies,) = empty_office.library.files_of(entry.id)
    assert lies.parent == root.resolve() / short_id(EDITOR)
    outside = {p.name for p in root.parent.iterdir()}
    assert "uploads" in outside
    tap(empty_office, said, UNDO)
    assert not empty_office.files()
    assert {p.name for p in root.parent.iterdir()} == outside


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(r"[abcstuqyx](:\d{1,20}){0,5}", fullmatch=True),
        st.from_regex(r"[bstuq]:1(:\d{1,5}){1,2}", fullmatch=True),
    )
)
def test_garbled_data_never_raises(empty_office: Office, data: str) -> None:
    if not empty_office.state.uploads.find(1):
        send(empty_office, "青禾县.txt", TEXT)
    said = uploads.on_upload_press(empty_office.context(EDITOR), data)
    assert said.toast or said.page
