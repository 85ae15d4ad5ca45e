//! From when to when, and how far away from when it was.

use chrono::{TimeDelta, Utc};
use trace_viewer::input::{InputLimits, Source};
use trace_viewer::query::{Clock, Moment};
use trace_viewer::render::Progress;
use trace_viewer::replay::{ReplayOptions, clock};

use super::super::report::Failure;
use super::ExportArgs;

/// What is wanted of the sources. They are read for it where only their first or last time can say it.
pub(super) fn options(
    args: &ExportArgs,
    sources: &[Source],
    progress: &mut dyn Progress,
) -> Result<ReplayOptions, Failure> {
    let (since, until) = (&args.slice.since, &args.slice.until);
    let is_relative = |moment: &Option<Moment>| moment.as_ref().is_some_and(|moment| !moment.is_date());
    let reason = [
        (args.spans.shift_to_now, "--shift-to-now"),
        (is_relative(since), "--since without a date"),
        (is_relative(until), "--until without a date"),
    ];
    let seen = match reason.iter().find(|(is_wanted, _)| *is_wanted) {
        Some((_, option)) => Some(first_pass(sources, option, progress)?),
        None => None,
    };
    let axis = seen.unwrap_or(Clock { start_us: Some(0), span_us: 0 });
    let zero = axis.start_us.unwrap_or(0);
    let at = |moment: &Option<Moment>| moment.as_ref()?.on(axis).map(|us| zero.saturating_add(us));
    let last = seen.and_then(|seen| Some(seen.start_us?.saturating_add(seen.span_us)));
    let shift = last
        .filter(|_| args.spans.shift_to_now)
        .map(|last| TimeDelta::microseconds(Utc::now().timestamp_micros().saturating_sub(last)));
    Ok(ReplayOptions {
        since_us: at(since),
        until_us: at(until),
        shift: shift.unwrap_or_default(),
        limits: InputLimits::default(),
    })
}

/// When the sources begin and end.
fn first_pass(sources: &[Source], option: &str, progress: &mut dyn Progress) -> Result<Clock, Failure> {
    for source in sources {
        if !source.can_be_read_again() {
            return Err(Failure::ReadTwice { name: source.to_string(), option: option.to_owned() });
        }
    }
    Ok(clock(sources, InputLimits::default(), progress)?)
}
