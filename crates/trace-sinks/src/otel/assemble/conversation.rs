//! What a turn was asked and what it answered: backends show a trace by the input and output of its root.

use trace_core::event::{TraceLlmRequest, TraceLlmResponse};

use super::open::Open;
use super::{Assembler, Incoming};
use crate::otel::{ContentCapture, content, convention};

/// The question of a turn's first call and the answer of its latest, as JSON.
#[derive(Debug, Clone, Default)]
pub(in crate::otel) struct Conversation {
    question: Option<String>,
    answer: Option<String>,
}

impl Assembler {
    /// Keeps what a turn was asked.
    pub(super) fn note_question(&mut self, incoming: Incoming<'_>, request: &TraceLlmRequest) {
        let limit = self.options.limits.value_bytes;
        if self.options.content == ContentCapture::Full
            && let Some(lane) = self.lanes.get_mut(incoming.lane)
            && !lane.turn.is_empty()
            && lane.conversation.question.is_none()
        {
            lane.conversation.question =
                content::question(request).map(|asked| content::fit(&asked, limit).text);
        }
    }

    /// Keeps what a turn answered last.
    pub(super) fn note_response(&mut self, incoming: Incoming<'_>, response: &TraceLlmResponse) {
        let limit = self.options.limits.value_bytes;
        if self.options.content == ContentCapture::Full
            && let Some(lane) = self.lanes.get_mut(incoming.lane)
            && !lane.turn.is_empty()
        {
            let reason = response.terminal_reason.as_deref().map(convention::finish_reason);
            let answer = content::output_messages(response, reason.as_deref());
            lane.conversation.answer = Some(content::fit(&answer, limit).text);
        }
    }

    /// Says both on the turn.
    pub(super) fn tell_conversation(&mut self, incoming: Incoming<'_>, open: &mut Open) {
        let Some(lane) = self.lanes.get_mut(incoming.lane) else { return };
        let Conversation { question, answer } = std::mem::take(&mut lane.conversation);
        open.span.attributes.text_if(convention::INPUT_MESSAGES, question.as_deref());
        open.span.attributes.text_if(convention::OUTPUT_MESSAGES, answer.as_deref());
    }
}
