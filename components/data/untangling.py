"""Outlines that meet themselves: where they cross they are taken apart, and holes can be filled.

Points are (x, y); units do not matter. A closed line is walked along; wherever it comes back to a
point where it was before, the way since then is a loop of its own, hung on that point. Loops can be
turned round, left out and hung back on, which is all that is done here.
"""

from collections.abc import Sequence

from components.data.rings import Point, Ring, area

Hung = tuple[Point, Ring]  # a loop and the point it hangs on, which is its first

LEAST_SHARE = 0.01  # of the largest loop's area; what is smaller is a slip of the hand
FOUR = 4  # corners of a box that somebody drew in a wrong order


def untangled(ring: Sequence[Point]) -> Ring:
    """The outline of all that a line encloses which crosses itself.

    Four corners in a wrong order are put in order. Otherwise the line is cut where it crosses
    itself; parts beside each other are all kept and touch in a point, a part within another is
    taken for a curl of the pen, and tiny parts are left out.

    >>> untangled([(0, 0), (4, 4), (4, 0), (0, 4)])
    [(0, 0), (4, 0), (4, 4), (0, 4)]
    """
    if len(ring) == FOUR:
        return _in_order(ring)
    path, hung = _taken_apart(_with_crossings(ring))
    largest = max(abs(area(loop)) for loop in (path, *(loop for _, loop in hung)))
    for point, loop in reversed(hung):
        if abs(area(loop)) < LEAST_SHARE * largest or _holds(path, loop, point):
            continue
        if abs(area(path)) < LEAST_SHARE * largest or _holds(loop, path, point):
            path = loop
        elif point in path:
            path = _hang(path, point, loop if area(loop) * area(path) > 0 else _turned(loop))
    return path


def filled(ring: Sequence[Point]) -> Ring:
    """An outline without its holes: the loops that run the other way round are left out."""
    path, hung = _taken_apart(list(ring))
    outward = max((area(loop) for loop in (path, *(each for _, each in hung))), key=abs)
    kept = [(point, loop) for point, loop in hung if len(loop) < 3 or area(loop) * outward > 0]
    for point, loop in reversed(kept):
        if point in path:
            path = _hang(path, point, loop)
    return _without_spurs(path)


def _in_order(corners: Sequence[Point]) -> Ring:
    """Four corners so that no two sides cross: the first stays first, two others change places."""
    a, b, c, d = corners
    orders = ([a, b, c, d], [a, c, b, d], [a, b, d, c])
    best = max(orders, key=lambda ring: abs(area(ring)))
    return best if area(best) > 0 else [best[0], *best[:0:-1]]


def _with_crossings(ring: Sequence[Point]) -> Ring:
    """The line with a point wherever two of its sides cross."""
    count = len(ring)
    cuts: list[list[tuple[float, Point]]] = [[] for _ in ring]
    for i in range(count):
        for j in range(i + 1, count):
            crossing = _crossing(ring[i], ring[(i + 1) % count], ring[j], ring[(j + 1) % count])
            if crossing is not None:
                share, other, point = crossing
                cuts[i].append((share, point))
                cuts[j].append((other, point))
    made: Ring = []
    for start, found in zip(ring, cuts, strict=True):
        made += [start, *(point for _, point in sorted(found))]
    return made


def _crossing(a: Point, b: Point, c: Point, d: Point) -> tuple[float, float, Point] | None:
    """How far along both sides they cross, 0 to 1, and where; None when they do not."""
    one, two = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    turn = one[0] * two[1] - one[1] * two[0]
    if turn == 0:
        return None
    off = (c[0] - a[0], c[1] - a[1])
    first = (off[0] * two[1] - off[1] * two[0]) / turn
    second = (off[0] * one[1] - off[1] * one[0]) / turn
    if not (0 < first < 1 and 0 < second < 1):
        return None
    return first, second, (a[0] + first * one[0], a[1] + first * one[1])


def _taken_apart(ring: Sequence[Point]) -> tuple[Ring, list[Hung]]:
    """What is left of the line, and its loops in the order in which they were closed."""
    path: Ring = []
    place: dict[Point, int] = {}
    hung: list[Hung] = []
    for point in ring:
        if point in place:
            start = place[point]
            loop = path[start:]
            if len(loop) > 1:
                hung.append((point, loop))
            for gone in path[start + 1 :]:
                del place[gone]
            del path[start + 1 :]
        else:
            place[point] = len(path)
            path.append(point)
    return path, hung


def _hang(path: Ring, point: Point, loop: Ring) -> Ring:
    """The line with a loop, which begins at `point`, walked along when it comes there."""
    place = path.index(point)
    return [*path[:place], *loop, *path[place:]]


def _turned(loop: Ring) -> Ring:
    """The loop the other way round, from the same point."""
    return [loop[0], *loop[:0:-1]]


def _holds(ring: Ring, other: Ring, at: Point) -> bool:
    """Whether a loop lies within another one; the point where they hang together tells nothing."""
    places = [((p[0] + q[0]) / 2, (p[1] + q[1]) / 2)
              for p, q in zip(other, [*other[1:], other[0]], strict=True)]  # fmt: skip
    return all(_is_inside(ring, place) for place in places if place != at)


def _is_inside(ring: Ring, point: Point) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _without_spurs(ring: Ring) -> Ring:
    """The line without ways to a point and straight back that nothing hangs on any more."""
    kept: Ring = []
    for point in ring:
        while len(kept) > 1 and kept[-2] == point:
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept
