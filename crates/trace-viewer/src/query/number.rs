//! Counts, durations and times, and the bounds of a comparison.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};

use super::evaluate::Clock;
use super::fields::{Field, Sort};

/// One end of what a comparison lets pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) value: Amount,
    /// Whether the value itself is left out.
    pub(super) is_open: bool,
}

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// A count, or microseconds after the start.
    Plain(i64),
    /// Microseconds before the end.
    BeforeEnd(i64),
    /// Microseconds since 1970.
    Date(i64),
}

/// A time on the axis of a trace, which is known once the trace is read.
///
/// ```
/// use trace_viewer::query::{Clock, Moment};
///
/// let clock = Clock { start_us: Some(0), span_us: 60_000_000 };
/// assert_eq!("2s".parse::<Moment>()?.on(clock), Some(2_000_000));
/// assert_eq!("-10s".parse::<Moment>()?.on(clock), Some(50_000_000));
/// assert_eq!("1970-01-01T00:00:30Z".parse::<Moment>()?.on(clock), Some(30_000_000));
/// assert!("soon".parse::<Moment>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    text: String,
    amount: Amount,
}

impl Moment {
    /// Whether it is a date, which says when it is by itself; others count from the start or the end of a trace.
    pub fn is_date(&self) -> bool {
        matches!(self.amount, Amount::Date(_))
    }

    /// Microseconds after the start of the trace; `None` for a date where the trace has no times.
    pub fn on(&self, clock: Clock) -> Option<i64> {
        clock.on_axis(self.amount)
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let amount = amount(Field::At, text, 0).map_err(|(_, message)| message)?;
        Ok(Self { text: text.to_owned(), amount })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What went wrong, and how far behind the value's beginning.
type Wrong = (usize, String);

/// The bounds that a comparison sets.
pub(super) fn range(field: Field, outer: &str, text: &str) -> Result<(Option<Bound>, Option<Bound>), Wrong> {
    let inner = [">=", ">", "<=", "<"].into_iter().find(|sign| outer == ":" && text.starts_with(sign));
    let sign = if outer == ":" { inner.unwrap_or("") } else { outer };
    let skipped = inner.map_or(0, str::len);
    let value = &text[skipped..];
    if sign.is_empty()
        && let Some((low, high)) = value.split_once("..")
    {
        if low.is_empty() && high.is_empty() {
            return Err((0, "a value is missing here".to_owned()));
        }
        let bound = |part: &str, at: usize| match part {
            "" => Ok(None),
            part => amount(field, part, at).map(|value| Some(Bound { value, is_open: false })),
        };
        return Ok((bound(low, 0)?, bound(high, low.len() + 2)?));
    }
    if field.sort() == Sort::Time && !sign.starts_with(['<', '>']) {
        let name = field.name();
        return Err((0, format!("{name} needs a comparison or a range, like {name}>2s or {name}:1s..3s")));
    }
    let bound = Bound { value: amount(field, value, skipped)?, is_open: sign == "<" || sign == ">" };
    Ok((Some(bound).filter(|_| !sign.starts_with('<')), Some(bound).filter(|_| !sign.starts_with('>'))))
}

fn amount(field: Field, text: &str, at: usize) -> Result<Amount, Wrong> {
    let wrong = || {
        let what = match (field, field.sort()) {
            (Field::At, _) => "time, like 2m, -30s or 2026-05-11T09:00:00Z",
            (_, Sort::Time) => "duration, like 500, 2s or 3m",
            _ => "number, like 800 or 2k",
        };
        (at, format!("\"{text}\" is no {what}"))
    };
    if field == Field::At
        && let Some(date) = instant_us(text)
    {
        return Ok(Amount::Date(date));
    }
    let units = if field.sort() == Sort::Time { TIME } else { COUNT };
    match text.strip_prefix('-') {
        Some(rest) if field == Field::At => scaled(rest, units).map(Amount::BeforeEnd).ok_or_else(wrong),
        _ => scaled(text, units).map(Amount::Plain).ok_or_else(wrong),
    }
}

const TIME: &[(&str, f64)] =
    &[("us", 1.0), ("µs", 1.0), ("ms", 1e3), ("", 1e3), ("s", 1e6), ("m", 6e7), ("h", 3.6e9), ("d", 8.64e10)];
const COUNT: &[(&str, f64)] = &[("", 1.0), ("k", 1e3), ("m", 1e6), ("g", 1e9)];

fn scaled(text: &str, units: &[(&str, f64)]) -> Option<i64> {
    let end =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let is_number = match digits.split_once('.') {
        Some((whole, part)) => !whole.is_empty() && !part.is_empty() && !part.contains('.'),
        None => !digits.is_empty(),
    };
    let unit = unit.to_lowercase();
    let (_, scale) = units.iter().find(|(name, _)| *name == unit).filter(|_| is_number)?;
    let value: f64 = digits.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest")]
    Some((value * scale).round() as i64)
}

/// Microseconds since 1970 of a date or an RFC 3339 timestamp, in UTC unless it says otherwise.
///
/// ```
/// use trace_viewer::query::instant_us;
///
/// assert_eq!(instant_us("1970-01-02"), Some(86_400_000_000));
/// assert_eq!(instant_us("1970-01-01T01:00:00.25+01:00"), Some(250_000));
/// assert_eq!(instant_us("yesterday"), None);
/// ```
pub fn instant_us(text: &str) -> Option<i64> {
    let (day, rest) = text.split_at_checked(10)?;
    let day = digits(day, "0000-00-00").then(|| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()).flatten()?;
    let Some(rest) = rest.strip_prefix('T') else {
        return rest
            .is_empty()
            .then_some(())
            .map(|()| day.and_time(NaiveTime::MIN).and_utc().timestamp_micros());
    };
    let (time, zone) = match rest.find(['Z', '+', '-']) {
        Some(at) => rest.split_at(at),
        None => (rest, "Z"),
    };
    let local = NaiveDateTime::new(day, time_of_day(time)?);
    let zoned: DateTime<FixedOffset> = offset(zone)?.from_local_datetime(&local).single()?;
    Some(zoned.timestamp_micros())
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (minute, rest) = text.split_at_checked(5).filter(|(minute, _)| digits(minute, "00:00"))?;
    let (second, fraction) = match rest {
        "" => ("00", ""),
        rest => rest.strip_prefix(':')?.split_at_checked(2)?,
    };
    let fraction = match fraction {
        "" => "",
        fraction => fraction.strip_prefix('.').filter(|part| (1..=9).contains(&part.len()))?,
    };
    if !digits(second, "00") || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
    let (hour, minute) = minute.split_once(':')?;
    NaiveTime::from_hms_nano_opt(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, nanos)
}

fn offset(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let (sign, time) = text.split_at_checked(1).filter(|(_, time)| digits(time, "00:00"))?;
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
    FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })
}

/// Whether a text has digits where the shape has a 0, and is the shape elsewhere.
fn digits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
}
