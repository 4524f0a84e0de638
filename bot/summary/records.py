"""A summary as the command line's JSON: scripts rely on these names."""

from bot.compositions import Summary
from bot.records import Record, of_citation
from bot.summary.captions import caption


def of_summary(summary: Summary) -> Record:
    """``summary``: points with the numbers of their citations.

    In a summary of a whole report the first point under each first heading begins with that
    heading, so that the points' texts alone, joined, name them all.
    """
    return {
        "report_id": summary.report_ids[0] if summary.report_ids else "",
        "report_ids": list(summary.report_ids),
        "title": summary.title,
        "scope": summary.scope,
        "points": _points(summary),
        "citations": [of_citation(c) for c in summary.citations],
        "left_out": list(summary.left_out),
        "struck": list(summary.struck),
        "doubtful": list(summary.doubtful),
        "writer": summary.writer,
        "prompt": summary.prompt,
        "model": summary.model,
        "notice": summary.notice,
        "seconds": summary.seconds,
    }


def _points(summary: Summary) -> list[Record]:
    points, heading = list[Record](), ""
    for part in summary.parts:
        for point in part.points:
            text = point.text
            if not summary.scope and part.path and part.path[0] != heading:
                heading = part.path[0]
                if heading not in text:
                    text = caption("point.headed", heading=heading, text=text)
            points.append(
                {"text": text, "citations": list(point.citations), "section": list(part.path)}
            )
    return points
