//! Runs of the host program.

use trace_core::event::{REASON_CANCELLED, RunStarted, RunSummary};

use super::instant::describe_error;
use super::open::{At, Parent};
use super::{Assembler, Family, Incoming, family};
use crate::otel::attributes::Attributes;
use crate::otel::span::Name;

const RUN: Family = family("lash.run");

impl Assembler {
    fn run_name(&self, program: &str) -> Name {
        self.name(RUN, || format!("run {program}"))
    }

    pub(super) fn run_started(&mut self, incoming: Incoming<'_>, run: &RunStarted) {
        let at = At { key: Self::run_key(&run.run_id), parent: Parent::Nothing };
        let name = self.run_name(&run.program);
        if let Some(lane) = self.lanes.get_mut(incoming.lane) {
            lane.has_root = lane.root == at.key;
        }
        self.begin(incoming, at, RUN, name, |_, open| {
            let to = &mut open.span.attributes;
            describe_program(&run.program, &run.command_path, run.agent, &run.trigger, to);
            to.int("process.pid", run.pid);
        });
    }

    pub(super) fn run_summary(&mut self, incoming: Incoming<'_>, run: &RunSummary) {
        let at = At { key: Self::run_key(&run.run_id), parent: Parent::Nothing };
        let name = self.run_name(&run.program);
        self.finish(incoming, at, RUN, name, Some(run.duration_ms), |_, open| {
            let to = &mut open.span.attributes;
            if !open.started {
                describe_program(&run.program, &run.command_path, run.agent, &run.trigger, to);
            }
            to.int("process.exit.code", run.exit_code);
            to.text("lash.run.outcome", &run.outcome);
            to.int("lash.run.duration_ms", run.duration_ms);
            to.text("lash.run.autonomy", &run.autonomy);
            run.counts.iter().for_each(|(level, count)| to.json("lash.run.counts.", level, &(*count).into()));
            if let Some(error) = &run.error {
                describe_error(error, to);
            }
            if run.is_failed() && run.outcome != REASON_CANCELLED {
                let error_type = run.error.as_ref().map_or("", |error| &error.error_type);
                let message = run.error.as_ref().map_or(&*run.outcome, |error| &error.message);
                open.fail(error_type, message);
            }
        });
    }
}

fn describe_program(program: &str, path: &[String], agent: bool, trigger: &str, to: &mut Attributes) {
    to.text("lash.run.program", program);
    if !path.is_empty() {
        to.texts("lash.run.command_path", path.iter().map(String::as_str));
    }
    to.bool("lash.run.agent", agent);
    to.text("lash.run.trigger", trigger);
}
