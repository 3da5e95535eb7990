"""Times as integer microseconds since 1970 in UTC: reading, printing, and cutting into buckets."""

import re
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EARLIEST = 1_420_070_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?")
LENGTHS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


def scaled(number, exponent):
    """`number` times ten to the `exponent`, rounded half to even once, exactly."""
    sign, digits, own = number.as_tuple()
    return int(Decimal((sign, digits, own + exponent)).to_integral_value(ROUND_HALF_EVEN))


def micros_of_number(number):
    """Unix time whose unit its magnitude tells; None where it is beyond any calendar."""
    if not number.is_finite() or abs(number) > Decimal(10) ** 25:
        return None
    if number < 10**11:
        return scaled(number, 6)
    if number < 10**14:
        return scaled(number, 3)
    return scaled(number, 0) if number < 10**17 else scaled(number, -3)


def micros_of_text(text):
    """RFC 3339 (UTC where no zone is given) or a number as text; ValueError for anything else."""
    if JSON_NUMBER.fullmatch(text):
        return micros_of_number(decimal_of(text))
    match = RFC3339.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    whole = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc) - EPOCH
    micros = (whole.days * 86_400 + whole.seconds) * SECOND
    if match[7]:
        micros += scaled(Decimal("0" + match[7]), 6)
    return micros - offset_micros(match[8])


def offset_micros(zone):
    """How far a zone as RFC 3339 writes it is ahead of UTC."""
    if zone in (None, "Z", "z"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    length = hours * HOUR + minutes * MINUTE
    return -length if zone[0] == "-" else length


def decimal_of(text):
    """A JSON number without loss; infinite where its exponent is beyond what Decimal holds."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("-Infinity") if text.startswith("-") else Decimal("Infinity")


def moment_of_option(text, now):
    """A time as the command line takes it: now, 24h, RFC 3339, Unix time."""
    if text == "now":
        return now
    if re.fullmatch(r"[0-9]+[smhd]", text):
        return now - int(text[:-1]) * LENGTHS[text[-1]]
    return micros_of_text(text)


def rfc3339(micros, zone=timezone.utc):
    """A moment for people and JSON; a fraction only where there is one."""
    if micros is None:
        return None
    moment = (EPOCH + timedelta(microseconds=micros)).astimezone(zone)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if moment.microsecond:
        digits = f"{moment.microsecond:06d}"
        text += "." + (digits[:3] if digits.endswith("000") else digits)
    offset = moment.utcoffset()
    if not offset:
        return text + "Z"
    minutes = int(offset.total_seconds()) // 60
    return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def bucket(micros, dimension, zone):
    """The start of the minute, hour or day of `zone` that holds a moment, as RFC 3339."""
    moment = (EPOCH + timedelta(microseconds=micros)).astimezone(zone)
    if dimension == "day":
        start = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return rfc3339((start.astimezone(timezone.utc) - EPOCH) // timedelta(microseconds=1), zone)
    past = moment.second * SECOND + moment.microsecond
    if dimension == "hour":
        past += moment.minute * MINUTE
    start = micros - past
    # Where clocks were set back within it, what is repeated begins at that moment.
    before = (EPOCH + timedelta(microseconds=start)).astimezone(zone)
    while before.utcoffset() > moment.utcoffset():
        start += MINUTE
        before = (EPOCH + timedelta(microseconds=start)).astimezone(zone)
    return rfc3339(start, zone)


def zone_named(name):
    """A time zone by its IANA name."""
    return timezone.utc if name in ("UTC", "Z") else ZoneInfo(name)
